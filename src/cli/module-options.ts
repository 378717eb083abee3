/** Options every command that meets a module has, and those that several have. */
export interface ModuleOptions {
  readonly sim?: string | undefined;
  readonly port?: string | undefined;
  readonly config?: string | undefined;
  readonly record?: string | undefined;
  readonly replay?: string | undefined;
}
