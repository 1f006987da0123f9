export const explainFormats = ['text', 'json', 'markdown'] as const;
export type ExplainFormat = (typeof explainFormats)[number];
