import { showControls } from '../visible-text.js';
import type { Paint, Palette } from './paint.js';
import { padText, textWidth, truncateText, wrapItems, wrapProse } from './text-width.js';

/** Where lines go: how wide they may be and how they are painted. */
export interface Layout {
  readonly width: number;
  readonly palette: Palette;
  readonly verbose: boolean;
}

/** One labelled fact of a statement. Items are kept whole where the width allows. */
export interface Field {
  readonly label: string;
  readonly items: readonly string[];
  readonly paint: Paint;
}

export const fieldIndent = 7;
const labelWidth = 9;

/** `       work     WAL 1.2 MB · 20 000 rows`, wrapped under the first item. */
export function renderField(layout: Layout, field: Field): readonly string[] {
  const room = layout.width - fieldIndent - labelWidth;
  const margin = ' '.repeat(fieldIndent);
  return wrapItems(field.items.map(onOneLine), ' · ', room).map((line, index) => {
    const label = padText(index === 0 ? field.label : '', labelWidth);
    return `${margin}${layout.palette.faint(label)}${field.paint(line)}`;
  });
}

/** Short facts in as few lines as they need, at the left margin. */
export function renderFacts(layout: Layout, facts: readonly string[], paint: Paint): readonly string[] {
  return wrapItems(facts.map(onOneLine), ' · ', layout.width).map(paint);
}

// Every text passes here or through renderProse: names, too, come from scripts and could steer the terminal.
function onOneLine(text: string): string {
  return showControls(text).replace(/[\n\t]/g, ' ');
}

/** A text on the left, cut to leave room for a short one at the right margin. */
export function renderEnds(layout: Layout, left: Field, right: string): string {
  const [text = ''] = left.items;
  const room = layout.width - textWidth(left.label) - textWidth(right) - 1;
  const shown = padText(truncateText(onOneLine(text), room), room);
  return `${layout.palette.faint(left.label)}${left.paint(shown)} ${layout.palette.faint(right)}`;
}

/** `── title ─────────── right ──` */
export function renderRule(
  layout: Layout,
  title: string,
  right: { readonly text: string; readonly paint: Paint },
): string {
  const fixed = textWidth(right.text) + 8;
  const shown = truncateText(onOneLine(title), Math.max(4, layout.width - fixed - 2));
  const dashes = '─'.repeat(Math.max(1, layout.width - fixed - textWidth(shown)));
  const { faint, title: bold } = layout.palette;
  return `${faint('──')} ${bold(shown)} ${faint(dashes)} ${right.paint(right.text)} ${faint('──')}`;
}

/** Prose with a hanging indent; the first line begins with `head` (plain text, its width is counted). */
export function renderProse(
  layout: Layout,
  prose: { readonly head: string; readonly text: string },
  paint: Paint,
): readonly string[] {
  const indent = textWidth(prose.head);
  return wrapProse(showControls(prose.text).replaceAll('\t', ' '), layout.width - indent).map((line, index) =>
    index === 0 ? paint(`${prose.head}${line}`) : `${' '.repeat(indent)}${paint(line)}`,
  );
}
