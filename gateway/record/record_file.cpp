#include "gateway/record/record_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <system_error>
#include <utility>

#include "codecs/mold/packet.hpp"

namespace tickweir::gateway {

namespace {

namespace fs = std::filesystem;
using codecs::Bytes;

/// Files begun in one second that a name is looked for.
constexpr unsigned numbers_max = 1'000;

bool fits_a_name(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.';
}

bool is_taken(const fs::path& path) {
    std::error_code ignored;
    fs::path beside = path;
    beside += ".part";
    return fs::exists(fs::symlink_status(path, ignored)) ||
           fs::exists(fs::symlink_status(beside, ignored));
}

book::TimeNs time_of(const TapHeader& header) {
    return book::TimeNs{std::chrono::nanoseconds{header.received_ns}};
}

/// Writes framed messages as packets of their session, as full as they get.
void write_packets(replay::PcapWriter& out, const TapHeader& header, Bytes frames) {
    std::array<std::byte, replay::PcapWriter::payload_bytes_max> payload;
    std::uint64_t sequence = header.sequence;
    codecs::mold::PacketWriter packet{payload, header.session, sequence};
    for (const Bytes message : codecs::mold::Blocks{frames}) {
        if (packet.append(message)) continue;
        sequence += packet.count();
        out.write(time_of(header), packet.finish());
        packet = {payload, header.session, sequence};
        static_cast<void>(packet.append(message));  // none is too long for an empty packet
    }
    if (packet.count() != 0) out.write(time_of(header), packet.finish());
}

void write_text(replay::JsonCaptureWriter& out, const TapHeader& header, Bytes bytes) {
    const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    switch (header.kind) {
        case TapKind::frame:
            return out.write_frame(time_of(header), text);
        case TapKind::answer:
            return out.write_answer(time_of(header), text.substr(0, header.count),
                                    text.substr(std::min<std::size_t>(header.count, text.size())));
        case TapKind::sent:
            return out.write_sent(time_of(header), text);
        case TapKind::packets:
        case TapKind::lost:
            break;
    }
}

}  // namespace

std::string record_file_name(const RecordFileOptions& options, book::TimeNs begun,
                             unsigned number) {
    using namespace std::chrono;
    const auto utc = floor<seconds>(begun);
    const sys_seconds local = utc + options.zone.offset_at(utc);
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const hh_mm_ss time{local - day};
    std::string name = options.feed;
    std::ranges::replace_if(
        name, [](char c) { return !fits_a_name(c); }, '_');
    fmt::format_to(std::back_inserter(name), "-{:04}{:02}{:02}T{:02}{:02}{:02}", int{date.year()},
                   unsigned{date.month()}, unsigned{date.day()}, time.hours().count(),
                   time.minutes().count(), time.seconds().count());
    // Sorted behind the first one, as names are listed.
    if (number > 1) fmt::format_to(std::back_inserter(name), "_{:02}", number);
    constexpr std::string_view formats[]{".pcap", ".itch", ".jsonl"};
    name += formats[static_cast<std::size_t>(options.format)];
    constexpr std::string_view endings[]{"", ".gz", ".zst"};
    return name += endings[static_cast<std::size_t>(options.compression)];
}

replay::Result<RecordFile> RecordFile::open(const RecordFileOptions& options, fs::path path) {
    const replay::SinkOptions sink{.keep_unfinished = true, .fast = true};
    const auto made = [&](auto writer) -> replay::Result<RecordFile> {
        if (!writer) return writer.error();
        RecordFile file{std::move(*writer), std::move(path)};
        // To the disk at once: where it is full, that is known before anything is lost to it.
        file.flush();
        if (file.ok()) return file;
        file.discard();
        return file.finish().error();
    };
    switch (options.format) {
        case RecordFormat::pcap:
            return made(replay::PcapWriter::create(path, sink));
        case RecordFormat::itch:
            return made(replay::ItchWriter::create(path, sink));
        case RecordFormat::json:
            return made(replay::JsonCaptureWriter::create(path, options.venue.value(), sink));
    }
    return "no format " + std::to_string(static_cast<unsigned>(options.format));
}

replay::Result<RecordFile> RecordFile::create(const RecordFileOptions& options,
                                              book::TimeNs begun) {
    for (unsigned number = 1;; ++number) {
        fs::path path = options.directory / record_file_name(options, begun, number);
        auto file = open(options, path);
        if (file || number == numbers_max || !is_taken(path)) return file;
    }
}

void RecordFile::write(const TapHeader& header, Bytes bytes) {
    if (auto* const json = std::get_if<replay::JsonCaptureWriter>(&writer_))
        return write_text(*json, header, bytes);
    if (auto* const itch = std::get_if<replay::ItchWriter>(&writer_))
        return itch->write_frames(bytes);
    auto& pcap = std::get<replay::PcapWriter>(writer_);
    if (header.destination_port == 0) return write_packets(pcap, header, bytes);
    pcap.write(time_of(header), bytes,
               {.source_address = header.source_address,
                .destination_address = header.destination_address,
                .source_port = header.source_port,
                .destination_port = header.destination_port});
}

void RecordFile::flush() {
    std::visit([](auto& writer) { writer.flush(); }, writer_);
}

replay::Result<void> RecordFile::finish() {
    return std::visit([](auto& writer) { return writer.finish(); }, writer_);
}

void RecordFile::discard() {
    std::visit([](auto& writer) { writer.discard(); }, writer_);
}

bool RecordFile::ok() const {
    return std::visit([](const auto& writer) { return writer.ok(); }, writer_);
}

std::uint64_t RecordFile::position() const {
    return std::visit([](const auto& writer) { return writer.position(); }, writer_);
}

}  // namespace tickweir::gateway
