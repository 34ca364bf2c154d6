export const defaultInstancePort = 7400;
export const defaultSandboxPort = 7401;
