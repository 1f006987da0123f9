// Explicit direction marks can make a reader see other SQL than the server does.
const directionControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const controls = /(?![\n\t])\p{Cc}/gu;
/** Most texts: nothing in them has to be made visible. */
const plain = /^[\n\t -~]*$/;

/**
 * Makes every control character visible, one character for one, so that carets keep their column and nothing in a
 * script can steer a terminal or hide in a page. Line feeds and tabs stay; CRLF becomes LF.
 */
export function showControls(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(/\r\n/g, '\n').replace(controls, controlPicture).replace(directionControls, '\ufffd');
}

function controlPicture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/** A statement on one line: white space collapsed, at most `limit` characters, cut with an ellipsis. */
export function sqlOnOneLine(sql: string, limit = 400): string {
  const line = showControls(sql.slice(0, limit * 4))
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  const cut = characters.length > limit || sql.length > limit * 4;
  return cut ? `${characters.slice(0, limit - 1).join('')}…` : line;
}

/** The text up to `limit` characters, and how many were left out. */
export function clipText(text: string, limit: number): { readonly shown: string; readonly omitted: number } {
  const shown = text.length > limit ? text.slice(0, limit) : text;
  return { shown, omitted: text.length - shown.length };
}
