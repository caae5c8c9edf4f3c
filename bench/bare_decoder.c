/* Decodes a recording and does nothing else: what a replay is measured against.
 * SPDX-License-Identifier: Apache-2.0
 *
 *   bare_decoder FILE [REDUCTION]
 *
 * MJPEG goes through libjpeg-turbo, grey, at 1/REDUCTION (default 2); everything else through libavcodec
 * with the flags that wallwatch uses. One thread. Prints the number of frames. */
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

static void decode_jpeg(struct jpeg_decompress_struct *jpeg, const AVPacket *packet, unsigned reduction,
                        unsigned char **pixels)
{
    jpeg_mem_src(jpeg, packet->data, (unsigned long)packet->size);
    jpeg_read_header(jpeg, TRUE);
    jpeg->out_color_space = JCS_GRAYSCALE;
    jpeg->scale_num = 1;
    jpeg->scale_denom = reduction;
    jpeg_start_decompress(jpeg);
    if (!*pixels)
        *pixels = malloc((size_t)jpeg->output_width * jpeg->output_height);
    while (*pixels && jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = *pixels + (size_t)jpeg->output_scanline * jpeg->output_width;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_decompress(jpeg);
}

static int run_jpeg(AVFormatContext *format, int stream, unsigned reduction)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *pixels = NULL;
    int count = 0;
    AVPacket *packet = av_packet_alloc();
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    for (; av_read_frame(format, packet) >= 0; av_packet_unref(packet)) {
        if (packet->stream_index != stream)
            continue;
        decode_jpeg(&jpeg, packet, reduction, &pixels);
        count++;
    }
    jpeg_destroy_decompress(&jpeg);
    av_packet_free(&packet);
    free(pixels);
    return count;
}

static int drain(AVCodecContext *codec, AVFrame *frame)
{
    int count = 0;
    while (avcodec_receive_frame(codec, frame) == 0)
        count++;
    return count;
}

static int run_video(AVFormatContext *format, int stream)
{
    const AVCodecParameters *parameters = format->streams[stream]->codecpar;
    const AVCodec *decoder = avcodec_find_decoder(parameters->codec_id);
    AVCodecContext *codec = avcodec_alloc_context3(decoder);
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    int count = 0;
    avcodec_parameters_to_context(codec, parameters);
    codec->skip_loop_filter = AVDISCARD_ALL;
    codec->thread_count = 1;
    if (avcodec_open2(codec, decoder, NULL) < 0)
        return 0;
    for (; av_read_frame(format, packet) >= 0; av_packet_unref(packet)) {
        if (packet->stream_index != stream)
            continue;
        avcodec_send_packet(codec, packet);
        count += drain(codec, frame);
    }
    avcodec_send_packet(codec, NULL);
    count += drain(codec, frame);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&codec);
    return count;
}

int main(int argc, char **argv)
{
    AVFormatContext *format = NULL;
    if (argc < 2 || avformat_open_input(&format, argv[1], NULL, NULL) < 0) {
        fprintf(stderr, "usage: bare_decoder FILE [REDUCTION]\n");
        return 2;
    }
    int stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (stream < 0)
        return 1;
    bool jpeg = format->streams[stream]->codecpar->codec_id == AV_CODEC_ID_MJPEG;
    if (!jpeg)
        avformat_find_stream_info(format, NULL);
    printf("%d\n", jpeg ? run_jpeg(format, stream, argc > 2 ? (unsigned)atoi(argv[2]) : 2)
                        : run_video(format, stream));
    avformat_close_input(&format);
    return 0;
}
