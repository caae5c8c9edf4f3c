// Foreground masks by OpenCV's subtractors and a 5×5 median, for bench/score. SPDX-License-Identifier:
// Apache-2.0
//
//   opencv_masks mog2|knn grey|colour FRAMES MASKS
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/filesystem.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/background_segm.hpp>

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    cv::Ptr<cv::BackgroundSubtractor> model;
    if (std::string(argv[1]) == "knn")
        model = cv::createBackgroundSubtractorKNN();
    else
        model = cv::createBackgroundSubtractorMOG2();
    int how = std::string(argv[2]) == "grey" ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR;
    std::vector<cv::String> files;
    cv::utils::fs::glob(argv[3], "*.jpg", files);
    std::sort(files.begin(), files.end());
    cv::Mat mask, clean;
    for (size_t i = 0; i < files.size(); i++) {
        char name[32];
        model->apply(cv::imread(files[i], how), mask);
        cv::threshold(mask, mask, 200, 255, cv::THRESH_BINARY); // its shadows are 127
        cv::medianBlur(mask, clean, 5);
        std::snprintf(name, sizeof name, "/bin%06zu.png", i + 1);
        cv::imwrite(argv[4] + std::string(name), clean);
    }
    return 0;
}
