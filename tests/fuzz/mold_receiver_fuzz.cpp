// A script of packets, answers and time from anywhere: what the receiver gives is in sequence and
// whole, it is frozen exactly while it says so, and it never wants to be woken in the past.
//
//   a step: | what, 1 | time, 1, in 100 us | length, 1 | datagram, length bytes |
//   what: 0, 1 lines; 2, 3 servers; others a tick
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "book/ensure.hpp"
#include "codecs/mold/receiver.hpp"

namespace tickweir::codecs::mold {
namespace {

using book::ensure;

constexpr ReceiverLimits limits{.lines = 2,
                                .reorder_packets = 2,
                                .requests_in_flight = 3,
                                .request_messages = 4,
                                .give_up_after = std::chrono::milliseconds{20},
                                .buffer_packets = 3,
                                .buffer_packet_bytes = 48};

class Script {
public:
    explicit Script(std::uint32_t servers) : servers_{servers}, receiver_{limits_with(servers)} {}

    void run(Bytes input) {
        constexpr std::ptrdiff_t head = 3;
        while (std::ssize(input) >= head) {
            const auto what = std::to_integer<std::uint32_t>(input[0]);
            const auto time = std::to_integer<std::uint32_t>(input[1]);
            const std::ptrdiff_t length =
                std::min(std::to_integer<std::ptrdiff_t>(input[2]), std::ssize(input) - head);
            now_ += std::chrono::microseconds{100} * time;
            // A copy of just the bytes, so that a sanitizer sees a read beyond them.
            const std::vector<std::byte> datagram{input.begin() + head,
                                                  input.begin() + head + length};
            input = input.subspan(static_cast<std::size_t>(head + length));
            step(what, datagram);
            take_events();
            take_requests();
        }
    }

private:
    static ReceiverLimits limits_with(std::uint32_t servers) {
        ReceiverLimits these = limits;
        these.servers = servers;
        return these;
    }

    void step(std::uint32_t what, Bytes datagram) {
        if (what < 2) {
            receiver_.on_packet(what, datagram, now_);
        } else if (what < 2 + servers_) {
            receiver_.on_answer(what - 2, datagram, now_);
        } else {
            receiver_.on_tick(now_);
        }
    }

    void take_events() {
        for (; const Event* event = receiver_.front(); receiver_.advance()) {
            ensure((event->kind == EventKind::session) || begun_);
            take(*event);
        }
        ensure(receiver_.frozen() == frozen_);
        ensure(receiver_.next_sequence() == next_);
    }

    void take(const Event& event) {
        switch (event.kind) {
            case EventKind::session:
                begun_ = true;
                frozen_ = ended_ = false;
                next_ = 1;
                return;
            case EventKind::messages:
                take_messages(event);
                return;
            case EventKind::filled:
                ensure(event.count > 0 && servers_ > 0);
                return;
            case EventKind::frozen:
                ensure(!frozen_ && servers_ > 0 && event.sequence == next_ && event.count > 0);
                frozen_ = true;
                return;
            case EventKind::live:
                ensure(frozen_ && event.sequence == next_ && receiver_.missing() == 0);
                frozen_ = false;
                return;
            case EventKind::lost:
                ensure(servers_ == 0 && event.sequence == next_ && event.count > 0);
                next_ += event.count;
                return;
            case EventKind::ended:
                ensure(!ended_ && !frozen_ && event.sequence == next_);
                ended_ = true;
                return;
        }
    }

    void take_messages(const Event& event) {
        ensure(!ended_ && event.sequence == next_ && event.count > 0);
        const Blocks blocks{event.frames};
        ensure(std::distance(blocks.begin(), blocks.end()) ==
               static_cast<std::ptrdiff_t>(event.count));
        for (const Bytes message : blocks) {
            const std::vector<std::byte> copy{message.begin(), message.end()};
            ensure(copy.size() == message.size());
        }
        next_ += event.count;
    }

    void take_requests() {
        while (const auto out = receiver_.next_request(now_)) {
            const std::uint64_t count = out->request.count;
            ensure(out->server < servers_ && count > 0 && count <= limits.request_messages);
            ensure(out->request.sequence >= next_);
        }
        if (const auto due = receiver_.next_due()) {
            ensure(*due > now_ && receiver_.missing() > 0);
        }
    }

    std::uint32_t servers_;
    Receiver receiver_;
    TimeNs now_{std::chrono::seconds{1}};
    bool begun_ = false;
    bool frozen_ = false;
    bool ended_ = false;
    std::uint64_t next_ = 0;
};

}  // namespace
}  // namespace tickweir::codecs::mold

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    using namespace tickweir::codecs;
    const Bytes input = std::as_bytes(std::span{data, length});
    mold::Script{0}.run(input);
    mold::Script{2}.run(input);
    return 0;
}
