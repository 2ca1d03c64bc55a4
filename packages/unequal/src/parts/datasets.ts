export { arrays, mnist, rows, sliced as slice } from "@unequal/datasets";
