/**
 * Texts that are one line, of 5 and of 50 MB: ten times the text may take ten times as long and not a hundred. Each kind
 * is made to mislead one reader. What is printed is the time for both and their ratio; the goal leaves room for the
 * collector, and is far from what one pattern that tries again and again would need.
 */
import { loadUsbModes } from "../../dist/manifest/load.js";
import { readModules } from "../../dist/protocol/capture/index.js";
import { line, median } from "./figures.js";

const SIZES_MB = [5, 50];
const GOAL = 20;

/** What the one line is made of. */
const KINDS = {
  letters: "A",
  blanks: " ",
  "carriage returns": "\r",
  "quoting marks": "> ",
  "escape characters": "\u001b[",
  "bare ampersands": "&",
  "opening tags": "<pre ",
  braces: "{",
  brackets: "[",
  "open strings": '{"',
  "apostrophes in braces": "{'a",
  backslashes: '{"\\',
  "records in one line": '{"imei":"000000000000001","revision":"EC25AFAR05A07M4G"},',
  "names of objects": '"modem": ',
  "stamps of quectel-CM": "[06-13_20:35:36:701] requestBaseBandVersion EC25EFAR06A11M4G ",
  "stamps of QFirehose": "[000.031]: old software version: ",
  "collapsed lsusb": "Bus 001 Device 001: ID 2c7c:0125 ",
  "collapsed AT": "AT+QGMR EC25AFAR05A07M4G OK ",
  "collapsed mmcli": " | manufacturer: Quectel ",
  metrics: 'info{device="a" ',
  commas: "revision,imei,",
  "encoded mail": "=3D=\n=3D",
  "equals signs": "=3D",
  dashes: "--------",
};

/** Prints the figures; true when every kind is within the goal. */
export async function bench({ runs = 1 }) {
  const modes = await loadUsbModes();
  let met = true;
  for (const [name, unit] of Object.entries(KINDS)) {
    const times = SIZES_MB.map(() => []);
    for (let run = 0; run < runs; run += 1) {
      for (const [at, sizeMb] of SIZES_MB.entries()) {
        const text = unit.repeat(Math.ceil((sizeMb * 1024 ** 2) / unit.length));
        const start = performance.now();
        readModules(text, name, modes);
        times[at].push(performance.now() - start);
      }
    }
    const ratio = median(times[1]) / median(times[0]);
    met &&= ratio <= GOAL;
    for (const [at, sizeMb] of SIZES_MB.entries()) console.log(line(`${name}, ${sizeMb} MB`, times[at]));
    console.log(`  ratio ${ratio.toFixed(1)}, goal <= ${GOAL}: ${ratio <= GOAL ? "met" : "missed"}`);
  }
  return met;
}
