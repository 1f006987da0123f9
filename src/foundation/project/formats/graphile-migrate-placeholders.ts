import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { lineAt } from './script-error.js';

/** Placeholders that graphile-migrate fills from its connection and its settings. */
const reserved = [':DATABASE_NAME', ':DATABASE_OWNER'];

export interface GraphileScriptText {
  readonly path: string;
  readonly text: string;
  /** 1-based line of the file where the text begins. */
  readonly firstLine: number;
}

/**
 * Puts values in place of `:NAME`, in comments and quoted text too, as graphile-migrate does. Keys may come with or
 * without their colon. Other words after a colon stay as they are. Throws `script-invalid` with file and line for a
 * reserved one without a value.
 */
export function replaceGraphilePlaceholders(
  script: GraphileScriptText,
  placeholders: Readonly<Record<string, string>>,
): string {
  const values = new Map(
    Object.entries(placeholders).map(([name, value]) => [name.startsWith(':') ? name : `:${name}`, value]),
  );
  const names = [...new Set([...values.keys(), ...reserved])].map((name) =>
    name.replace(/[-/\\^$*+?.()|[\]{}]/g, '\\$&'),
  );
  const pattern = new RegExp(`(?:${names.join('|')})\\b`, 'g');
  return script.text.replace(pattern, (name, offset: number) => {
    const value = values.get(name);
    if (value === undefined) throw missingPlaceholder(script, name, offset);
    return value;
  });
}

function missingPlaceholder(script: GraphileScriptText, name: string, offset: number): ChangeSafetyError {
  const line = script.firstLine + lineAt(script.text, offset) - 1;
  return new ChangeSafetyError({
    code: 'script-invalid',
    message: `${script.path}:${line}: graphile-migrate fills ${name} from its connection, which a rehearsal does not have.`,
    remedy: `Give it a value in lockkeeper.yaml: project.placeholders: { ${JSON.stringify(name)}: "…" }.`,
    effect: 'none',
  });
}
