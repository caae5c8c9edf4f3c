// What an offline scanner does with OpenCV: decode, MOG2, a 7×7 opening, count. One thread.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/background_segm.hpp>
#include <opencv2/videoio.hpp>

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    cv::setNumThreads(1);
    cv::VideoCapture capture(argv[1]);
    auto model = cv::createBackgroundSubtractorMOG2();
    const cv::Mat kernel = cv::getStructuringElement(cv::MORPH_RECT, cv::Size(7, 7));
    cv::Mat frame, mask;
    int count = 0;
    while (capture.read(frame)) {
        model->apply(frame, mask);
        cv::morphologyEx(mask, mask, cv::MORPH_OPEN, kernel);
        count += cv::countNonZero(mask) >= 0;
    }
    std::printf("%d\n", count);
    return 0;
}
