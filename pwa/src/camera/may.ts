/** Whether this page could be given a camera at all: only over HTTPS. */
export const mayOpenCamera = (): boolean => Boolean(navigator.mediaDevices?.getUserMedia)
