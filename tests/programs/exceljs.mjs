// Opens workbooks with ExcelJS, types, and saves them, as a server does.
// Reads a list of {path, cells: [[sheet, cell, value], …]} and prints a list of errors, null where there was none.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const ExcelJS = createRequire(`${process.argv[2]}/`)("exceljs");
const said = [];
for (const { path, cells } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path);
    for (const [sheet, cell, value] of cells) book.getWorksheet(sheet).getCell(cell).value = value;
    await book.xlsx.writeFile(path);
    said.push(null);
  } catch (problem) {
    said.push(String(problem.stack ?? problem));
  }
}
console.log(JSON.stringify(said));
