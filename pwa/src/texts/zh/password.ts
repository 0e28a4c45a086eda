/** Choosing a password. */
export const password = {
  change: '改密码',
  changeMeans: '改好以后，别的设备上要用新密码重新登录。',
  changed: '密码改好了',
  choose: '换成自己的密码',
  firstTitle: '先换成自己的密码',
  firstText: '初始密码是别人给的，只用这一次。',
  old: '现在的密码',
  fresh: '新密码',
  freshHint: '至少 8 位，不能和工号或现在的密码相同。',
  needOld: '先写现在的密码',
  needFresh: '新密码至少 8 位',
  saving: '正在保存',
  save: '用新密码',
  offline: '没连上服务器。改密码要有信号。',
} as const
