// What the tests of the replay share: captures made message by message, and runs of the command.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/itch/encoder.hpp"
#include "gateway/commands/replay.hpp"
#include "tests/replay/support.hpp"

namespace tickweir::gateway::tests {

namespace fs = std::filesystem;
namespace itch = codecs::itch;
using replay::tests::Buffer;
using replay::tests::TempDir;

inline constexpr std::uint64_t second_ns = 1'000'000'000;

/// A day's messages, framed. Times are seconds since midnight.
class Day {
public:
    template <itch::Message M>
    Day& put(const M& message) {
        std::array<std::byte, itch::frame_length<M>> frame;
        EXPECT_NE(itch::write_frame(frame, message), 0U);
        starts_.push_back(bytes_.size());
        replay::tests::append(bytes_, frame);
        return *this;
    }
    Day& raw(codecs::Bytes message) {
        starts_.push_back(bytes_.size());
        replay::tests::append(bytes_, replay::tests::frame(message));
        return *this;
    }
    Day& start(std::uint64_t second = 0) {
        itch::SystemEvent event;
        event.timestamp_ns = second * second_ns;
        event.event_code = 'O';
        return put(event);
    }
    Day& directory(std::uint16_t locate, std::string_view stock) {
        itch::StockDirectory directory;
        directory.stock_locate = locate;
        directory.stock = codecs::Alpha<8>{stock};
        return put(directory);
    }
    Day& add(std::uint64_t second, std::uint16_t locate, std::uint64_t reference, char side,
             std::uint32_t shares, std::uint32_t price4, std::string_view stock = "ACME") {
        itch::AddOrder add;
        add.stock_locate = locate;
        add.timestamp_ns = second * second_ns;
        add.order_ref = reference;
        add.side = side;
        add.shares = shares;
        add.stock = codecs::Alpha<8>{stock};
        add.price4 = price4;
        return put(add);
    }
    Day& execute(std::uint64_t second, std::uint16_t locate, std::uint64_t reference,
                 std::uint32_t shares, std::uint64_t match = 1) {
        itch::OrderExecuted execute;
        execute.stock_locate = locate;
        execute.timestamp_ns = second * second_ns;
        execute.order_ref = reference;
        execute.executed_shares = shares;
        execute.match_number = match;
        return put(execute);
    }
    Day& remove(std::uint64_t second, std::uint16_t locate, std::uint64_t reference) {
        itch::OrderDelete remove;
        remove.stock_locate = locate;
        remove.timestamp_ns = second * second_ns;
        remove.order_ref = reference;
        return put(remove);
    }
    Day& replace(std::uint64_t second, std::uint16_t locate, std::uint64_t reference,
                 std::uint64_t new_reference, std::uint32_t shares, std::uint32_t price4) {
        itch::OrderReplace replace;
        replace.stock_locate = locate;
        replace.timestamp_ns = second * second_ns;
        replace.original_order_ref = reference;
        replace.new_order_ref = new_reference;
        replace.shares = shares;
        replace.price4 = price4;
        return put(replace);
    }

    codecs::Bytes bytes() const { return bytes_; }
    /// Where the frame of a message begins, counted from 0.
    std::size_t offset(std::size_t message) const { return starts_.at(message); }
    std::size_t count() const { return starts_.size(); }
    /// The frames of messages `from` up to `to`.
    codecs::Bytes slice(std::size_t from, std::size_t to) const {
        const std::size_t end = to == starts_.size() ? bytes_.size() : starts_.at(to);
        return codecs::Bytes{bytes_}.subspan(starts_.at(from), end - starts_.at(from));
    }

private:
    Buffer bytes_;
    std::vector<std::size_t> starts_;
};

/// How the command ended and what it said.
struct Ran {
    int status = -1;
    std::string out;
    std::string err;
};

inline Ran run(const ReplayOptions& options) {
    std::ostringstream out, err;
    const int status = run_replay(options, out, err);
    return {status, out.str(), err.str()};
}

inline ReplayOptions json_of(std::vector<fs::path> captures) {
    ReplayOptions options;
    options.captures = std::move(captures);
    options.json = true;
    return options;
}

/// The document without what differs from run to run.
inline std::string steady(std::string json) {
    const std::size_t begin = json.find("\"seconds\": ");
    const std::size_t end = json.find("\"include_io\": ", begin);
    if (end == std::string::npos) return json;
    return json.erase(begin, end - begin);
}

inline std::string text_of(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace tickweir::gateway::tests
