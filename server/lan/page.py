"""What the help page says, in both languages."""

PAGE = """<!doctype html>
<html lang="$first"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>巡访 Xunfang</title>
<style>
:root { color-scheme: light dark }
body { max-width: 38rem; margin: 0 auto; padding: 16px; display: flex; flex-direction: column; font: 17px/1.6 system-ui, sans-serif }
[lang=$first] { order: -1 }
section + section { border-top: 1px solid #8886; margin-top: 32px; padding-top: 8px }
h1 { font-size: 24px; line-height: 1.3 } h2 { font-size: 18px; margin: 24px 0 4px }
a.do, .go a { display: block; padding: 14px; border-radius: 12px; background: #0a6847; color: #fff; text-align: center; text-decoration: none; overflow-wrap: anywhere }
.go a { background: none; color: inherit; border: 1px solid #7d8a82 }
ol { padding-left: 22px; margin: 4px 0 } code { font-size: 13px; overflow-wrap: anywhere }
</style>
<body>
<section lang="zh">
<h1>让这部手机信任巡访</h1>
<p>手机和服务器要在同一个网络里。先装证书，再打开应用。只需做一次。</p>
<p>如果您是从微信打开的：点右上角 ···，选“在浏览器打开”。微信里装不了证书，离线时打不开，也留不住数据。</p>
<h2>1. 下载证书</h2>
<p><a class="do" href="$certificate">下载证书</a></p>
<p>安装前核对 SHA-256 指纹，应和电脑终端里显示的一样：<br><code>$fingerprint</code></p>
<h2>2. 安装证书</h2>
<h2>安卓</h2>
<ol><li>打开“设置”，搜“CA 证书”（多在“安全”→“更多安全设置”→“加密与凭据”→“安装证书”）。<li>选“CA 证书”，确认，选中刚下载的 xunfang.crt。<li>用 Chrome 或 Edge 打开应用；别的浏览器不一定认自己装的证书。</ol>
<h2>iPhone、iPad</h2>
<ol><li>用 Safari 下载，允许描述文件。<li>“设置”→“已下载描述文件”→“安装”。<li>“设置”→“通用”→“关于本机”→“证书信任设置”，打开 Xunfang 的开关。这一步不能漏。</ol>
<h2>鸿蒙</h2>
<ol><li>“设置”→“隐私和安全”（或“安全”）→“更多安全设置”→“加密和凭据”→“从存储设备安装”，选 xunfang.crt，用途选 CA 证书。<li>用华为浏览器打开应用。</ol>
<h2>3. 打开应用，装到桌面</h2>
$links
<ol><li>安卓、鸿蒙：浏览器菜单里选“添加到主屏幕”或“安装应用”。<li>iPhone：Safari 的分享按钮里选“添加到主屏幕”，以后从桌面打开：在 Safari 里七天不用，数据会被清掉。</ol>
<p>打开后如果仍提示不安全，就是证书还没装好或没有信任，不要点“继续访问”。不再用时，在同一处把证书删掉。</p>
</section>
<section lang="en">
<h1>Let this phone trust Xunfang</h1>
<p>Phone and server must be in the same network. Install the certificate first, then open the app. Once is enough.</p>
<p>If you came here from WeChat: tap ··· at the top right and open this in a browser. Inside WeChat no certificate can be installed, the app does not start offline, and nothing is kept for sure.</p>
<h2>1. Download the certificate</h2>
<p><a class="do" href="$certificate">Download the certificate</a></p>
<p>Before you install it compare the SHA-256 fingerprint with the one in the computer's terminal:<br><code>$fingerprint</code></p>
<h2>2. Install it</h2>
<h2>Android</h2>
<ol><li>Open Settings and search for “CA certificate” (mostly Security → More security settings → Encryption and credentials → Install a certificate).<li>Choose “CA certificate”, confirm, pick xunfang.crt.<li>Open the app in Chrome or Edge; other browsers may not heed certificates of your own.</ol>
<h2>iPhone, iPad</h2>
<ol><li>Download with Safari and allow the profile.<li>Settings → Profile Downloaded → Install.<li>Settings → General → About → Certificate Trust Settings: switch Xunfang on. Do not leave this out.</ol>
<h2>HarmonyOS</h2>
<ol><li>Settings → Privacy and security (or Security) → More security settings → Encryption and credentials → Install from storage: xunfang.crt, as a CA certificate.<li>Open the app in Huawei Browser.</ol>
<h2>3. Open the app and put it on the home screen</h2>
$links
<ol><li>Android, HarmonyOS: “Add to home screen” or “Install app” in the browser's menu.<li>iPhone: Share → Add to Home Screen, and open it from there: what lies in Safari is thrown away after seven days without use.</ol>
<p>If it still says that the page is not secure, the certificate is not installed or not trusted yet; do not go on past the warning. When you no longer use it, remove the certificate in the same place.</p>
</section>
"""
