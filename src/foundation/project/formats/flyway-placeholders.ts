import { posix } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { lineAt } from './script-error.js';

/** Flyway's own placeholders whose value does not depend on the connection. */
function builtInValue(name: string, path: string): string | null {
  switch (name.toLowerCase()) {
    case 'flyway:defaultschema':
    case 'flyway:schemas':
      return 'public';
    case 'flyway:table':
      return 'flyway_schema_history';
    case 'flyway:filename':
      return posix.basename(path);
    default:
      return null;
  }
}

/**
 * Puts values in place of `${name}`, in comments and quoted text too, as Flyway does.
 * Throws `script-invalid` with file and line for a name that has no value.
 */
export function replaceFlywayPlaceholders(
  text: string,
  path: string,
  placeholders: Readonly<Record<string, string>>,
): string {
  const values = new Map(Object.entries(placeholders).map(([name, value]) => [name.toLowerCase(), value]));
  return text.replace(/\$\{([^}]*)\}/g, (whole: string, name: string, offset: number) => {
    const value = values.get(name.toLowerCase()) ?? builtInValue(name, path);
    if (value === null) throw missingPlaceholder({ whole, name, path, line: lineAt(text, offset) });
    return value;
  });
}

interface Occurrence {
  readonly whole: string;
  readonly name: string;
  readonly path: string;
  readonly line: number;
}

function missingPlaceholder({ whole, name, path, line }: Occurrence): ChangeSafetyError {
  const builtIn = name.toLowerCase().startsWith('flyway:');
  return new ChangeSafetyError({
    code: 'script-invalid',
    message: builtIn
      ? `${path}:${line}: Flyway fills ${whole} from its connection, which a rehearsal does not have.`
      : `${path}:${line}: the placeholder ${whole} has no value.`,
    remedy: `Give it one in lockkeeper.yaml: project.placeholders: { ${JSON.stringify(name)}: "…" }. If the text is not meant as a placeholder, put placeholderReplacement=false into ${posix.basename(path)}.conf.`,
    effect: 'none',
  });
}
