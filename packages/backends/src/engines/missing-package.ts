const NOT_FOUND =
  /(?:Cannot find (?:package|module)|Failed to resolve module specifier|Could not resolve) ['"]([^'"]+)['"]/;

/** Returns the name of the package that an import did not find; undefined where it failed for another reason. */
export function missingPackage(error: unknown): string | undefined {
  return error instanceof Error ? NOT_FOUND.exec(error.message)?.[1] : undefined;
}
