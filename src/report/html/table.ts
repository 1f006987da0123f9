import { type Html, type HtmlValue, html } from './escape.js';

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
  /** Stands before each value where the screen is too narrow for columns; none for what speaks for itself. */
  readonly label?: string;
}

export interface Cell {
  readonly value: HtmlValue;
  readonly look?: string;
}

export interface Table {
  readonly caption: string | null;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A table that becomes a list of paragraphs, one for each row, on a narrow screen. */
export function renderTable({ caption, columns, rows }: Table): Html {
  const heads = columns.map(({ title, isNumber }) => html`<th class="${isNumber ? 'num' : ''}">${title}</th>`);
  const body = rows.map(
    (cells) => html`<tr>${cells.map((cell, index) => renderCell(cell, columns[index] as Column))}</tr>`,
  );
  return html`<div class="scroll"><table class="stacks">${caption === null ? null : html`<caption>${caption}</caption>`}<thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function renderCell({ value, look = '' }: Cell, { isNumber = false, label }: Column): Html {
  const looks = `${isNumber ? 'num ' : ''}${look}`.trim();
  const content = label === undefined ? value : html`<span class="label">${label} </span>${value}`;
  return html`<td class="${looks}">${content}</td>`;
}
