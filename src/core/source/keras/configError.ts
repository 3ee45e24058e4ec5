/** A saved configuration that cannot be read; the message says why. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
