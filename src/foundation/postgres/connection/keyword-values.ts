import { connectionProblem } from './connection-problem.js';
import { asKeyword, type Keyword, type Settings } from './keywords.js';

const pair = /\s*([^\s=]+)\s*=\s*(?:'((?:[^'\\]|\\[^])*)'|((?:[^\s'\\]|\\[^])(?:[^\s\\]|\\[^])*)?)(?=\s|$)/y;

/** `host=… port=… dbname='with spaces'`; a backslash makes the next character an ordinary one. */
export function parseKeywordValues(text: string): Settings {
  const settings = new Map<Keyword, string>();
  pair.lastIndex = 0;
  let end = 0;
  while (text.slice(end).trim() !== '') {
    const match = pair.exec(text);
    if (match === null) throw connectionProblem(problemIn(text.slice(end)));
    settings.set(asKeyword(match[1] as string), (match[2] ?? match[3] ?? '').replaceAll(/\\([^])/g, '$1'));
    end = pair.lastIndex;
  }
  return settings;
}

/** Only a keyword may be quoted: anything else could be a password. */
function problemIn(rest: string): string {
  const keyword = /^\s*([a-z_]+)\s*=/.exec(rest)?.[1];
  return keyword === undefined ? 'an "=" is missing behind a keyword' : `the value of ${keyword} does not end`;
}
