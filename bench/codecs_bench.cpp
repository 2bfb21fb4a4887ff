// The codecs in cache, one part at a time: framing, decoding by type, packets of MoldUDP64. Each
// beside a loop over the same bytes that does nothing with them, which is to be taken off.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "bench/every_field.hpp"
#include "bench/micro.hpp"
#include "codecs/itch/decoder.hpp"
#include "codecs/itch/encoder.hpp"
#include "codecs/itch/framing.hpp"
#include "codecs/itch/names.hpp"
#include "codecs/mold/packet.hpp"
#include "replay/simulator.hpp"

namespace tickweir::bench {
namespace {

using codecs::Bytes;

/// Messages framed one behind the other; few enough to stay in the cache of a core.
struct Frames {
    std::vector<std::byte> bytes;
    std::vector<Bytes> messages;  ///< views of `bytes`

    explicit Frames(std::vector<std::byte> framed) : bytes{std::move(framed)} {
        codecs::itch::FrameCursor cursor{bytes};
        for (Bytes message; cursor.next(message) == codecs::itch::FrameStatus::message;)
            messages.push_back(message);
    }
    std::uint64_t message_bytes() const { return bytes.size() - 2 * messages.size(); }
};

/// Whole messages of the simulated day, in the mix of the day.
const Frames& mixed_frames() {
    static const Frames frames = [] {
        constexpr std::uint64_t count = 4'096;
        auto simulator = replay::Simulator::create(
            {.seed = 7, .instruments = 500, .messages = 20 * count, .live_orders = {}});
        std::vector<std::byte> bytes(20 * count * replay::Simulator::frame_bytes_max);
        std::size_t used = 0;
        while (const std::size_t n = simulator->fill(std::span{bytes}.subspan(used)))
            used += n;
        // From behind, since a day begins with the names of the instruments.
        bytes.resize(used);
        const Frames day{std::move(bytes)};
        const std::byte* const from = day.messages[day.messages.size() - count].data() - 2;
        return Frames{{from, day.bytes.data() + day.bytes.size()}};
    }();
    return frames;
}

template <codecs::itch::Message M>
Frames frames_of_type() {
    constexpr std::size_t count = 1'024;
    std::vector<std::byte> bytes(count * codecs::itch::frame_length<M>);
    codecs::itch::FrameWriter writer{bytes};
    M message;
    for (std::size_t i = 0; i < count; ++i) {
        message.stock_locate = static_cast<std::uint16_t>(i);
        message.timestamp_ns = i * 977;
        if (!writer.append(message)) std::abort();
    }
    return Frames{std::move(bytes)};
}

std::uint64_t sum_of_fields(const Frames& frames) {
    EveryField fields;
    for (const Bytes message : frames.messages)
        (void)codecs::itch::decode(message, fields);
    return fields.sum;
}

// -------------------------------------------------------------------------------------- the loops

void look_at_messages(benchmark::State& state, const Frames& frames) {
    for (auto _ : state)
        for (const Bytes message : frames.messages)
            benchmark::DoNotOptimize(message.data());
    per_item(state, frames.messages.size());
}

void frame_messages(benchmark::State& state, const Frames& frames) {
    std::uint64_t bytes = 0;
    for (auto _ : state) {
        codecs::itch::FrameCursor cursor{frames.bytes};
        bytes = 0;
        for (Bytes message; cursor.next(message) == codecs::itch::FrameStatus::message;)
            bytes += message.size();
        benchmark::DoNotOptimize(bytes);
    }
    expect(state, bytes, frames.message_bytes());
    per_item(state, frames.messages.size());
}

void decode_messages(benchmark::State& state, const Frames& frames) {
    const std::uint64_t expected = sum_of_fields(frames);
    std::uint64_t sum = 0;
    for (auto _ : state) {
        EveryField fields;
        std::uint64_t refused = 0;
        for (const Bytes message : frames.messages)
            refused +=
                codecs::itch::decode(message, fields) != codecs::itch::DecodeStatus::ok ? 1U : 0U;
        sum = fields.sum + refused;
        benchmark::DoNotOptimize(sum);
    }
    expect(state, sum, expected);
    per_item(state, frames.messages.size());
}

// ---------------------------------------------------------------------------------------- packets

/// As many packets as the mixed messages fill, each as long as an Ethernet frame lets it be.
struct Packets {
    std::vector<std::vector<std::byte>> datagrams;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;  ///< of the messages

    Packets() {
        constexpr std::size_t payload_max = 1'472;
        const Frames& frames = mixed_frames();
        while (messages < frames.messages.size()) {
            std::vector<std::byte> datagram(payload_max);
            codecs::mold::PacketWriter writer{datagram, codecs::Alpha<10>{"S1"}, messages + 1};
            while (messages < frames.messages.size() && writer.append(frames.messages[messages]))
                bytes += frames.messages[messages++].size();
            datagram.resize(writer.finish().size());
            datagrams.push_back(std::move(datagram));
        }
    }
};

void look_at_packets(benchmark::State& state, const Packets& packets) {
    for (auto _ : state)
        for (const auto& datagram : packets.datagrams)
            benchmark::DoNotOptimize(datagram.data());
    per_item(state, packets.datagrams.size());
}

void check_packets(benchmark::State& state, const Packets& packets) {
    std::uint64_t messages = 0;
    for (auto _ : state) {
        messages = 0;
        for (const auto& datagram : packets.datagrams) {
            const codecs::mold::PacketView packet{datagram};
            if (packet.status() == codecs::mold::PacketStatus::ok)
                messages += packet.message_count();
        }
        benchmark::DoNotOptimize(messages);
    }
    expect(state, messages, packets.messages);
    per_item(state, packets.datagrams.size());
}

void go_over_packets(benchmark::State& state, const Packets& packets) {
    std::uint64_t bytes = 0;
    for (auto _ : state) {
        bytes = 0;
        for (const auto& datagram : packets.datagrams)
            for (const Bytes message : codecs::mold::PacketView{datagram}.messages())
                bytes += message.size();
        benchmark::DoNotOptimize(bytes);
    }
    expect(state, bytes, packets.bytes);
    per_item(state, packets.messages);
}

// --------------------------------------------------------------------------------------- the names

void register_all() {
    using benchmark::RegisterBenchmark;
    const Frames& mixed = mixed_frames();
    RegisterBenchmark("message/nothing", [&](auto& state) { look_at_messages(state, mixed); });
    RegisterBenchmark("message/frame", [&](auto& state) { frame_messages(state, mixed); });
    RegisterBenchmark("message/decode", [&](auto& state) { decode_messages(state, mixed); });
    codecs::itch::for_each_message_type([]<class M>(std::type_identity<M>) {
        static const Frames frames = frames_of_type<M>();
        const std::string name{codecs::itch::message_name(codecs::itch::type_of<M>)};
        RegisterBenchmark(("message/decode/" + name).c_str(),
                          [](auto& state) { decode_messages(state, frames); });
    });
    static const Packets packets;
    RegisterBenchmark("packet/nothing", [](auto& state) { look_at_packets(state, packets); });
    RegisterBenchmark("packet/check", [](auto& state) { check_packets(state, packets); });
    RegisterBenchmark("packet/messages", [](auto& state) { go_over_packets(state, packets); });
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    tickweir::bench::register_all();
    return tickweir::bench::run_micro(argc, argv);
}
