import type { ICruiseOptions, IForbiddenRuleType } from "dependency-cruiser";

/** Rules for the files below a folder, and its rooms, lowest first. */
export declare function rulesOf(source: string, rooms: readonly string[]): IForbiddenRuleType[];

/** What the check and its test go by. */
export declare const CRUISE_OPTIONS: ICruiseOptions;
