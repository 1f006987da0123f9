export const keepFormats = ['text', 'json'] as const;
export type KeepFormat = (typeof keepFormats)[number];
