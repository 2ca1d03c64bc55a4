import { serveReplica } from "./serve-replica.js";

await serveReplica();
