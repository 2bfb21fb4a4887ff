// Any segments of a few connections: what comes out is in order, adds up, and stays within the
// limits; and one direction without holes given up early is that of the naive twin.
#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "book/ensure.hpp"
#include "replay/tcp_reassembly.hpp"
#include "tests/support/naive_tcp_stream.hpp"

using tickweir::book::ensure;
using namespace tickweir;

namespace {

/// Takes the input apart; gives zeros behind its end.
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : rest_{data, size} {}
    bool empty() const { return rest_.empty(); }
    std::uint32_t number(std::size_t bytes) {
        std::uint32_t value = 0;
        for (; bytes != 0; --bytes)
            value = value << 8 | byte();
        return value;
    }
    codecs::Bytes bytes(std::size_t most) {
        const auto taken = rest_.first(std::min(most, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return std::as_bytes(taken);
    }

private:
    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const std::uint8_t first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }
    std::span<const std::uint8_t> rest_;
};

replay::TcpFlow flow_of(unsigned number) {
    replay::TcpFlow flow;
    flow.source.port = static_cast<std::uint16_t>(1 + number / 2);
    flow.destination.port = 99;
    if (number % 2 == 1) std::swap(flow.source, flow.destination);
    return flow;
}

void against_twin(Input input) {
    replay::TcpReassembly reassembly{{.history_bytes = 65'536}};
    const std::uint32_t first = input.number(4);
    reassembly.on_segment({flow_of(0), first - 1, true, false, false, {}}, 0, std::nullopt);
    tests::NaiveTcpStream twin;
    std::string text;
    const auto drain = [&] {
        replay::TcpPiece piece;
        while (reassembly.next(piece)) {
            if (piece.lost_before != 0) text += '<' + std::to_string(piece.lost_before) + '>';
            text.append(reinterpret_cast<const char*>(piece.data.data()), piece.data.size());
        }
    };
    for (std::uint64_t offset = 0; !input.empty(); ++offset) {
        const std::uint32_t at = input.number(1) * 7;
        const codecs::Bytes payload = input.bytes(2 + input.number(1) % 64);
        if (payload.size() == 1) continue;  // perhaps a keep-alive, of which nothing is told
        twin.take(at, payload);
        reassembly.on_segment({flow_of(0), first + at, false, false, false, payload}, offset,
                              std::nullopt);
        drain();
    }
    reassembly.finish();
    drain();
    ensure(text == twin.text());
    ensure(reassembly.totals().repeated_bytes == twin.repeated);
    ensure(reassembly.totals().conflicting_bytes == twin.conflicting);
}

void any_segments(Input input) {
    const replay::TcpLimits limits{.connections = 2,
                                   .kept_bytes = 2'000,
                                   .kept_bytes_together = 3'000,
                                   .wait = std::chrono::nanoseconds{50},
                                   .history_bytes = 64};
    replay::TcpReassembly reassembly{limits};
    std::map<std::uint32_t, bool> ended;
    std::uint64_t given = 0, lost = 0;
    const auto drain = [&] {
        replay::TcpPiece piece;
        while (reassembly.next(piece)) {
            ensure(!ended[piece.stream]);
            ensure(!piece.data.empty() || piece.end);
            ended[piece.stream] = piece.end.has_value();
            given += piece.data.size();
            lost += piece.lost_before;
        }
    };
    for (std::uint64_t offset = 0; !input.empty(); ++offset) {
        const std::uint32_t head = input.number(2);
        replay::TcpSegment segment{flow_of(head % 8),         0,
                                   (head & 0x0700) == 0x0100, (head & 0x0700) == 0x0200,
                                   (head & 0x0700) == 0x0300, {}};
        segment.sequence = (head & 0x0800) != 0 ? input.number(4) : input.number(1) - 128;
        segment.payload = input.bytes(head >> 12);
        reassembly.on_segment(segment, offset,
                              book::TimeNs{std::chrono::nanoseconds{input.number(1)}});
        drain();
        ensure(reassembly.kept_bytes() <= limits.kept_bytes_together);
    }
    reassembly.finish();
    drain();
    ensure(reassembly.kept_bytes() == 0);
    ensure(given == reassembly.totals().bytes);
    ensure(lost == reassembly.totals().lost_bytes);
    for (const auto& [stream, has_ended] : ended)
        ensure(has_ended);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    against_twin({data, size});
    any_segments({data, size});
    return 0;
}
