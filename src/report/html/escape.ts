import { showControls } from '../visible-text.js';

/** Markup that is safe to place in a page. Only `html` and `joinHtml` make it. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

export type HtmlValue = Html | string | number | null | readonly HtmlValue[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for element content and for quoted attributes; control characters and lone surrogates become visible ones. */
function escapeHtml(text: string): string {
  return showControls(text)
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
    .replace(/\p{Cs}/gu, '\ufffd');
}

/** A template that escapes every value that is not markup already; lists are joined, null is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? toMarkup(values[index] ?? null) : '')).join(''),
  );
}

function toMarkup(value: HtmlValue): string {
  if (value === null) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(Math.round(value * 10) / 10);
  return value.map(toMarkup).join('');
}
