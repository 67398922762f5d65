// Runs Python in Pyodide with xlwings' own runtime, and stands in for the Excel side of xlwings Lite.
// node runtime.mjs FOLDER JOB RESULT: FOLDER holds pyodide and the wheel; JOB names the Python code, its "input",
// "formulas", "formats", "colors", "rules" and "notes" of an open book; RESULT receives what the code leaves in
// `output`, the actions that were sent to Excel, and how many seconds each step took.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, jobFile, resultFile] = process.argv.slice(2);
const job = JSON.parse(readFileSync(jobFile, "utf8"));
const seconds = {};
const timed = async (name, work) => {
  const start = performance.now();
  const result = await work();
  seconds[name] = (performance.now() - start) / 1000;
  return result;
};

const { loadPyodide } = await import(pathToFileURL(resolve(folder, "node_modules/pyodide/pyodide.mjs")).href);
const pyodide = await timed("start", () =>
  loadPyodide({ env: { XLWINGS_LICENSE_KEY: "noncommercial", XLWINGS_ON_SERVER: "true", HOME: "/home/pyodide" } }),
);
const wheel = readFileSync(join(folder, readdirSync(folder).find((name) => name.endsWith(".whl"))));
const buffer = wheel.buffer.slice(wheel.byteOffset, wheel.byteOffset + wheel.byteLength);
pyodide.unpackArchive(buffer, "wheel", { extractDir: pyodide.runPython("import site; site.getsitepackages()[0]") });

// What the add-in offers to Python: reads go to Excel at once, actions are applied in batches.
const actions = [];
const column = (letters) => [...letters].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0);
const corners = (address) => {
  const found = address.replaceAll("$", "").match(/^([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?$/);
  const [left, top] = [column(found[1]), Number(found[2])];
  return [left, top, found[3] ? column(found[3]) : left, found[4] ? Number(found[4]) : top];
};
const ruleOf = (sheet, left, top, right, bottom) => {
  const rule = job.rules?.[sheet];
  if (!rule) return { type: "none" };
  const [l, t, r, b] = corners(rule.address);
  if (right < l || left > r || bottom < t || top > b) return { type: "none" };
  const inside = left >= l && right <= r && top >= t && bottom <= b;
  return inside ? { type: "list", source: rule.source } : { type: "mixed_criteria" };
};
globalThis.xlwings = {
  async getRangeData(sheet, address, keys) {
    const [left, top, right, bottom] = corners(address);
    const part = (matrix) => matrix[sheet].slice(top - 1, bottom).map((row) => row.slice(left - 1, right));
    switch (keys[0]) {
      case "formulas":
        return { formulas: part(job.formulas) };
      case "colors":
        return { colors: part(job.colors) };
      case "number_format": {
        const [first, ...others] = new Set(part(job.formats).flat());
        return { number_format: others.length ? null : first };
      }
      case "data_validation": // no cell has one, or all have the same, or only some have
        return { data_validation: ruleOf(sheet, left, top, right, bottom) };
      case "conditional_formats":
        return { conditional_formats: [] };
    }
    throw new Error(`not expected: getRangeData ${keys}`);
  },
  async getNoteLocation(sheet, address) {
    return address;
  },
  async getNoteText(sheet, address) {
    return job.notes[`${sheet}!${address.replaceAll("$", "")}`];
  },
  async getComments() {
    return []; // no discussions
  },
  async runActions(batch) {
    for (const action of batch.actions) {
      // one after the other, as in Excel: what stands before a call that fails is done
      if (action.func === "setFormula" && names()[action.sheet_position] === job.protected) {
        throw new Error("AccessDenied: the sheet is protected");
      }
      actions.push(action);
    }
  },
  async getChartSeriesCount(sheet, index) {
    const made = actions.filter((action) => action.func === "addChart" && action.args[2] !== undefined);
    const sheets = made.filter((action) => names()[action.sheet_position] === sheet);
    const [, top, , bottom] = corners(sheets[index].args[3]);
    return bottom - top; // one series a row, below the row of categories
  },
};
// The sheets' names once the actions so far are applied.
const names = () => {
  const list = Object.keys(job.formulas ?? {});
  for (const { func, args, sheet_position: at } of actions) {
    if (func === "addSheet") list.splice(args[0], 0, args[1]);
    else if (func === "setSheetName") list[at] = args[0];
    else if (func === "sheetDelete") list.splice(at, 1);
  }
  return list;
};

pyodide.globals.set("job_text", JSON.stringify(job.input ?? null));
let output;
try {
  await timed("main.py", () => pyodide.runPythonAsync(job.main));
  output = await timed("work", () => pyodide.runPythonAsync(job.code));
} catch (error) {
  console.error(error.message); // Python's own trace; Node would print Pyodide's source before it
  process.exit(1);
}
writeFileSync(resultFile, JSON.stringify({ output: JSON.parse(output), actions, seconds }));
process.exit(0);
