// OpenCV on raw grey frames: what the hot loop is measured against. One thread. SPDX-License-Identifier:
// Apache-2.0
//
//   opencv_hot_loop FILE WIDTH HEIGHT
//
// Prints "name microseconds" lines: the median over all frames but the first 25. A frame has just been
// written, as by a decoder.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/background_segm.hpp>

static void measure(const char *name, const std::vector<cv::Mat> &frames,
                    const std::function<void(const cv::Mat &, const cv::Mat &)> &step)
{
    std::vector<double> spent;
    cv::Mat decoded[2] = {frames[0].clone(), frames[0].clone()};
    for (size_t i = 0; i < frames.size(); i++) {
        frames[i].copyTo(decoded[i % 2]);
        auto before = std::chrono::steady_clock::now();
        step(decoded[i % 2], decoded[(i + 1) % 2]);
        std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - before;
        if (i >= 25)
            spent.push_back(took.count());
    }
    std::sort(spent.begin(), spent.end());
    std::printf("%s %.1f\n", name, spent[spent.size() / 2]);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    cv::setNumThreads(1);
    int width = std::atoi(argv[2]), height = std::atoi(argv[3]);
    std::FILE *file = std::fopen(argv[1], "rb");
    std::vector<cv::Mat> frames;
    for (;;) {
        cv::Mat frame(height, width, CV_8UC1);
        if (!file || std::fread(frame.data, 1, frame.total(), file) != frame.total())
            break;
        frames.push_back(frame);
    }
    if (frames.size() <= 26)
        return 2;
    cv::Mat mask, difference;
    int count = 0;
    auto mog2 = cv::createBackgroundSubtractorMOG2(),
         shadowless = cv::createBackgroundSubtractorMOG2(500, 16, false);
    auto knn = cv::createBackgroundSubtractorKNN();
    measure("opencv-mog2", frames, [&](const cv::Mat &frame, const cv::Mat &) { mog2->apply(frame, mask); });
    measure("opencv-mog2-no-shadows", frames,
            [&](const cv::Mat &frame, const cv::Mat &) { shadowless->apply(frame, mask); });
    measure("opencv-knn", frames, [&](const cv::Mat &frame, const cv::Mat &) { knn->apply(frame, mask); });
    measure("opencv-difference", frames, [&](const cv::Mat &frame, const cv::Mat &before) {
        cv::absdiff(frame, before, difference);
        cv::threshold(difference, mask, 25, 255, cv::THRESH_BINARY);
        count += cv::countNonZero(mask);
    });
    std::fprintf(stderr, "%s", count < 0 ? "?" : "");
    return 0;
}
