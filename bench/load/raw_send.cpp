#include "bench/load/raw_send.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace tickweir::bench {
namespace {

/// A text frame with a payload of spaces.
std::string frame_of(std::size_t bytes) {
    const std::size_t payload = bytes < 128 ? bytes - 2 : bytes - 4;
    std::string frame{'\x81'};
    if (bytes < 128) {
        frame.push_back(static_cast<char>(payload));
    } else {
        frame.push_back('\x7e');
        frame.push_back(static_cast<char>(payload >> 8U));
        frame.push_back(static_cast<char>(payload & 0xffU));
    }
    return frame.append(payload, ' ');
}

}  // namespace

std::vector<int> accept_all(int listener, std::size_t clients, int send_buffer_bytes) {
    std::vector<int> sockets;
    const int on = 1;
    while (sockets.size() < clients) {
        const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) throw std::runtime_error{"accept failed"};
        static_cast<void>(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
        static_cast<void>(
            ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes, sizeof send_buffer_bytes));
        sockets.push_back(fd);
    }
    return sockets;
}

RawSend send_raw(const std::vector<int>& sockets, std::size_t frame_bytes,
                 std::size_t frames_per_call, double seconds) {
    std::string bytes;
    for (std::size_t i = 0; i < frames_per_call; ++i)
        bytes += frame_of(frame_bytes);
    std::vector<std::size_t> sent(sockets.size(), 0);  // of the copy under way
    RawSend result;
    const auto begin = std::chrono::steady_clock::now();
    for (;;) {
        for (std::size_t i = 0; i < sockets.size(); ++i) {
            const ssize_t count = ::send(sockets[i], bytes.data() + sent[i], bytes.size() - sent[i],
                                         MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count <= 0) continue;
            ++result.calls;
            sent[i] += static_cast<std::size_t>(count);
            if (sent[i] < bytes.size()) continue;
            sent[i] = 0;
            result.frames += frames_per_call;
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        result.seconds = took.count();
        if (result.seconds >= seconds) return result;
    }
}

}  // namespace tickweir::bench
