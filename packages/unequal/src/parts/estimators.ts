export { contrastive, katyusha, plain, saga, scsg, svrg, triplet } from "@unequal/samplers";
