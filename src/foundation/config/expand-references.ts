export type Environment = Readonly<Record<string, string | undefined>>;

export interface Expansion {
  readonly text: string;
  /** Values that were filled in: secrets, as far as anybody knows. */
  readonly values: readonly string[];
  /** Names of variables that are not set. */
  readonly unset: readonly string[];
  /** Things that begin like a reference and are none: `${` without a name or an end. */
  readonly malformed: boolean;
}

const reference = /\$\$\{|\$\{([^}]*)\}|\$\{/g;

/** Fills `${NAME}` from the environment, once: a value that looks like a reference stays as it is. `$${` writes `${`. */
export function expandReferences(text: string, env: Environment): Expansion {
  const values: string[] = [];
  const unset: string[] = [];
  let malformed = false;
  const expanded = text.replace(reference, (match, name: string | undefined) => {
    if (match === '$${') return '${';
    if (name === undefined || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      malformed = true;
      return match;
    }
    const value = env[name];
    if (value === undefined) unset.push(name);
    else values.push(value);
    return value ?? '';
  });
  return { text: expanded, values, unset, malformed };
}
