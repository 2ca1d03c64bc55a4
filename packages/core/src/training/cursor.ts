/** Counts what a trainer has done. */
export interface Cursor {
  update: number;
  seen: number;
  trained: number;
  seconds: number;
  importanceSteps: number;
  importance: boolean;
}
