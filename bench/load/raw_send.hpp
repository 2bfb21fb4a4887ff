// The baseline of fan-out: the same bytes sent to the same sockets by a loop that does nothing
// else. No server on this kernel can be faster with as many frames in a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tickweir::bench {

struct RawSend {
    std::uint64_t frames = 0;
    std::uint64_t calls = 0;
    double seconds = 0;
    double frames_per_second() const { return static_cast<double>(frames) / seconds; }
};

/// Takes `clients` connections from a listening socket; the descriptors, set up as the server does.
std::vector<int> accept_all(int listener, std::size_t clients, int send_buffer_bytes);

/// Sends text frames of `frame_bytes` (header included) to every socket in turn, `frames_per_call`
/// of them with one call, for so long. A full socket is left out until it takes bytes again.
RawSend send_raw(const std::vector<int>& sockets, std::size_t frame_bytes,
                 std::size_t frames_per_call, double seconds);

}  // namespace tickweir::bench
