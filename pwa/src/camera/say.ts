import { camera as en } from '../texts/en/camera.ts'
import { part } from '../texts/part.ts'
import { camera as zh } from '../texts/zh/camera.ts'

/** The texts of the camera, which comes later than the first start. */
export const say = part(zh, en)
