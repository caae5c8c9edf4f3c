# The programs that a replay is measured against. SPDX-License-Identifier: Apache-2.0
BUILD ?= build
bin := $(BUILD)/bench
opencv := $(shell for m in video videoio imgcodecs imgproc; do ldconfig -p 2>/dev/null | grep -q "libopencv_$$m.so " && echo $$m; done | wc -l)

all: $(bin)/bare_decoder $(bin)/score $(if $(filter 4,$(opencv)),$(bin)/opencv_mog2 $(bin)/opencv_hot_loop $(bin)/opencv_masks)

$(bin)/bare_decoder: bench/bare_decoder.c
	@mkdir -p $(@D)
	$(CC) -O2 -Wall -Wextra $< $$(pkg-config --cflags --libs libavformat libavcodec libavutil libjpeg) -o $@

$(bin)/score: bench/score.c
	@mkdir -p $(@D)
	$(CC) -O2 -Wall -Wextra $< $$(pkg-config --cflags --libs libpng) -o $@

$(bin)/opencv_mog2: bench/opencv_mog2.cpp
	@mkdir -p $(@D)
	$(CXX) -O2 -Wall -Wextra -I/usr/include/opencv4 $< \
	    -lopencv_video -lopencv_videoio -lopencv_imgproc -lopencv_core -o $@

$(bin)/opencv_hot_loop: bench/opencv_hot_loop.cpp
	@mkdir -p $(@D)
	$(CXX) -O2 -Wall -Wextra -I/usr/include/opencv4 $< -lopencv_video -lopencv_imgproc -lopencv_core -o $@

$(bin)/opencv_masks: bench/opencv_masks.cpp
	@mkdir -p $(@D)
	$(CXX) -O2 -Wall -Wextra -I/usr/include/opencv4 $< -lopencv_video -lopencv_imgproc -lopencv_imgcodecs -lopencv_core -o $@
