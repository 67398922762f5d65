// Opens workbooks with SheetJS, types, and saves them, as a web page does.
// Reads a list of {path, cells: [[sheet, cell, value], …]} and prints a list of errors, null where there was none.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const XLSX = createRequire(`${process.argv[2]}/`)("xlsx");
const said = [];
for (const { path, cells } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const book = XLSX.readFile(path, { cellNF: true });
    for (const [sheet, cell, value] of cells) XLSX.utils.sheet_add_aoa(book.Sheets[sheet], [[value]], { origin: cell });
    XLSX.writeFile(book, path);
    said.push(null);
  } catch (problem) {
    said.push(String(problem.stack ?? problem));
  }
}
console.log(JSON.stringify(said));
