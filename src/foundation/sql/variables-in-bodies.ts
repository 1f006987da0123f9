const body = /(\$(?:[A-Za-z_]\w*)?\$)([^]*?)\1/g;
/** A cast (`::`), an assignment (`:=`) and an array slice (`1:2`) are no variables. */
const variable = /(?<![:\w\])]):(?:"([^"\n]+)"|'([^'\n]+)'|([A-Za-z_]\w*))/g;

/** Names of what looks like psql variables between dollar quotes, where psql never puts a value in. */
export function variablesInBodies(sql: string): readonly string[] {
  const names = [...sql.matchAll(body)].flatMap(([, , text]) =>
    [...(text as string).matchAll(variable)].map((found) => found[1] ?? found[2] ?? (found[3] as string)),
  );
  return [...new Set(names)];
}
