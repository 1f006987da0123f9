export const rollbackFormats = ['text', 'json'] as const;
export type RollbackFormat = (typeof rollbackFormats)[number];
