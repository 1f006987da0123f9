/** Names of options that hold what nobody else may know. */
const secretName = '(pass|secret|token|credential|private|api_?key)';

/**
 * SQL of a foreign object's options as a JSON object. Of those that look like secrets only the name is read: it stands
 * with null.
 */
export function wrapperOptionsSql(array: string): string {
  return `(SELECT pg_catalog.json_object_agg(o.option_name,
      CASE WHEN o.option_name !~* '${secretName}' THEN o.option_value END ORDER BY o.option_name)
      FROM pg_catalog.pg_options_to_table(${array}) o)`;
}
