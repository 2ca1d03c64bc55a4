export { byId } from "@unequal/datasets";
