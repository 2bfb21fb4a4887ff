// Any bytes as a pcap or pcapng file, compressed or not: nothing is read beyond a packet, blocks
// hold whole frames, and the counts add up.
#include <cstdint>
#include <span>
#include <utility>

#include "book/ensure.hpp"
#include "codecs/mold/packet.hpp"
#include "replay/capture.hpp"

using tickweir::book::ensure;
using namespace tickweir;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span{data, size});
    auto capture = replay::Capture::over(bytes, "fuzz", replay::CaptureFormat::pcap);
    if (!capture) {
        ensure(!capture.error().empty());
        return 0;
    }
    replay::Block block;
    replay::CaptureStatus status;
    std::uint64_t blocks = 0, lost = 0;
    while ((status = capture->next(block)) == replay::CaptureStatus::block) {
        ++blocks;
        lost += block.lost_before;
        std::size_t framed = 0;
        for (const auto message : codecs::mold::Blocks{block.frames})
            framed += 2 + message.size();
        ensure(framed == block.frames.size());
        capture->consumed(framed);
    }
    const bool whole = status == replay::CaptureStatus::end;
    ensure(whole == capture->damage().what.empty());
    const auto totals = capture->totals();
    ensure(totals.lost_messages == lost);
    ensure(blocks <= totals.mold_packets);
    ensure(totals.packets == totals.mold_packets + totals.not_udp + totals.not_mold +
                                 totals.fragments + totals.cut_packets + totals.malformed);
    return 0;
}
