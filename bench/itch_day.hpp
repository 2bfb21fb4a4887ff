// A day of ITCH in memory, simulated or read from a file: what the benchmarks of the books play.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "codecs/bytes.hpp"
#include "replay/simulator.hpp"

namespace tickweir::bench {

struct DayOptions {
    std::uint64_t messages = 20'000'000;  ///< simulated
    std::string file;                     ///< plain ITCH; empty: simulate
};

struct Day {
    std::vector<std::byte> bytes;  ///< framed, with some room behind
    std::size_t used = 0;
    std::uint64_t messages = 0;
    std::uint64_t references = 0;  ///< highest order reference + 1

    codecs::Bytes frames() const { return {bytes.data(), used}; }
    const std::byte* begin() const { return bytes.data(); }
    const std::byte* end() const { return bytes.data() + used; }
};

template <class Act>
void for_each_frame(const Day& day, Act&& act) {
    for (const std::byte* at = day.begin(); at < day.end();) {
        const std::uint16_t length = codecs::read<codecs::be16>(at);
        act(codecs::Bytes{at + 2, length});
        at += 2 + length;
    }
}

inline Day load(const DayOptions& options) {
    Day day;
    if (!options.file.empty()) {
        std::ifstream in{options.file, std::ios::binary | std::ios::ate};
        day.used = static_cast<std::size_t>(in.tellg());
        day.bytes.resize(day.used + 64);
        in.seekg(0);
        in.read(static_cast<char*>(static_cast<void*>(day.bytes.data())),
                static_cast<std::streamsize>(day.used));
    } else {
        auto simulator = replay::Simulator::create(
            {.seed = 7, .instruments = 8'900, .messages = options.messages, .live_orders = {}});
        day.bytes.resize(options.messages * replay::Simulator::frame_bytes_max * 2 / 3 + 4096);
        while (const std::size_t n = simulator->fill(std::span{day.bytes}.subspan(day.used)))
            day.used += n;
    }
    for_each_frame(day, [&](codecs::Bytes message) {
        ++day.messages;
        const char type = static_cast<char>(message[0]);
        if (type == 'A' || type == 'F')
            day.references = std::max<std::uint64_t>(
                day.references, codecs::read<codecs::be64>(message.data() + 11) + 1);
        if (type == 'U')
            day.references = std::max<std::uint64_t>(
                day.references, codecs::read<codecs::be64>(message.data() + 19) + 1);
    });
    return day;
}

}  // namespace tickweir::bench
