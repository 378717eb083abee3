/** Flashers of others that a package can be rendered for. Apart, so that a help text need not load what renders. */
export const RENDER_TOOLS = ["qdl", "qfirehose"] as const;
export type RenderTool = (typeof RENDER_TOOLS)[number];
