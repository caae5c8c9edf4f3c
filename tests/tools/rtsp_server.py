#!/usr/bin/python3
"""A network camera: serves an mp4's video by RTSP, at its own pace. SPDX-License-Identifier: Apache-2.0

    rtsp_server.py PORT FILE [h264|h265]        rtsp://127.0.0.1:PORT/wall
"""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
codec = sys.argv[3] if len(sys.argv) > 3 else "h264"
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(f"( filesrc location={sys.argv[2]} ! qtdemux ! rtp{codec}pay name=pay0 pt=96 config-interval=1 )")
server.get_mount_points().add_factory("/wall", factory)
server.attach(None)
GLib.MainLoop().run()
