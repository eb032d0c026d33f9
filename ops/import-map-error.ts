/** Ends the command with what was seen and what to do. */
export class ImportMapError extends Error {
  override readonly name = 'ImportMapError';
  constructor(
    readonly code:
      | 'synthesis_failed'
      | 'identifier_malformed'
      | 'identifier_differs'
      | 'identifier_unused',
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
