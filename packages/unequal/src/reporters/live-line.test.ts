import { expect, test } from "vitest";
import { liveLine } from "./live-line.js";

/** A terminal of a width that may change, and what was written to it. */
function terminal(columns: number) {
  const written: string[] = [];
  return { isTTY: true, columns, written, write: (text: string) => written.push(text) };
}

function timed() {
  let now = 0;
  return { now: () => now, pass: (milliseconds: number) => (now += milliseconds) };
}

test("leaves the last column free, and draws no more often than can be read", () => {
  const [output, clock] = [terminal(10), timed()];
  const line = liveLine(output, clock);
  const fill = (width: number): string => "=".repeat(width);
  line.draw(fill);
  line.draw(fill);
  clock.pass(199);
  line.draw(fill);
  expect(output.written).toEqual(["========="]);
  clock.pass(1);
  line.draw(fill);
  expect(output.written).toEqual(["=========", "\r\u001b[J", "========="]);
});

test("follows a terminal that becomes narrower or wider, and takes away what was broken into several lines", () => {
  const [output, clock] = [terminal(100), timed()];
  const line = liveLine(output, clock);
  const fill = (width: number): string => "=".repeat(width);
  line.draw(fill);
  output.columns = 40;
  clock.pass(1000);
  line.draw(fill);
  output.columns = 60;
  line.clear();
  // 99 characters stand on three lines of 40, 39 on one of 60
  expect(output.written.slice(1)).toEqual(["\r\u001b[2A\u001b[J", "=".repeat(39), "\r\u001b[J"]);
});

test("is drawn at once after it made way, and clears nothing twice", () => {
  const [output, clock] = [terminal(20), timed()];
  const line = liveLine(output, clock);
  line.clear();
  line.draw(() => "a");
  line.clear();
  line.clear();
  line.draw(() => "b");
  expect(output.written).toEqual(["a", "\r\u001b[J", "b"]);
});
