/** Any value that JSON can write. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The same data as JSON knows it: what an interface names may have no further keys. */
export type Plain<Value> = Value extends object ? { readonly [Key in keyof Value]: Plain<Value[Key]> } : Value;
