/** Whoever walks a tree does so by recursion: deeper ones would exhaust the stack of the walker. */
const deepestTree = 2_000;

/** Shorter texts cannot have a tree that is too deep: every level costs them a character or more. */
const shortestDeepText = 1_000;

/** Whether the tree (as JSON) of a text has more levels of objects and lists than can be walked. */
export function isTooDeep(sql: string, json: string): boolean {
  return sql.length > shortestDeepText && depthOf(json) > deepestTree;
}

function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === 0x22) at = endOfString(json, at);
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}

/** Offset of the quote that closes the JSON string which opens at `start`. */
function endOfString(json: string, start: number): number {
  let at = json.indexOf('"', start + 1);
  while (at >= 0 && isEscaped(json, at)) at = json.indexOf('"', at + 1);
  return at < 0 ? json.length : at;
}

function isEscaped(json: string, quote: number): boolean {
  let backslashes = 0;
  while (json[quote - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
