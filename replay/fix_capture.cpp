#include "replay/fix_capture.hpp"

#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "codecs/mold/packet.hpp"
#include "replay/pcap_records.hpp"
#include "replay/udp_packet.hpp"

namespace tickweir::replay {
namespace {

using codecs::Bytes;

constexpr std::string_view begin_mark = "8=FIX";

std::string_view text_of(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_pcap_file(Bytes bytes) {
    if (bytes.size() < 4) return false;
    const auto magic = std::uint32_t{codecs::read<codecs::be32>(bytes.data())};
    return magic == 0xa1b2c3d4U || magic == 0xd4c3b2a1U || magic == 0xa1b23c4dU ||
           magic == 0x4d3cb2a1U || magic == 0x0a0d0d0aU;
}

// ------------------------------------------------------------------------------------------- logs

class LogFile {
public:
    explicit LogFile(ByteSource source) : source_{std::move(source)}, buffer_(block_bytes) {}

    CaptureStatus next(FixBlock& block) {
        if (over_) return *over_;
        block = {};
        block.offset = source_.position();
        const ReadResult got = source_.read(std::as_writable_bytes(std::span{buffer_}));
        block.text = {buffer_.data(), got.bytes};
        block.ends = got.status != ReadStatus::ok;
        switch (got.status) {
            case ReadStatus::ok:
                break;
            case ReadStatus::end:
                over_ = CaptureStatus::end;
                break;
            case ReadStatus::truncated:
                over_ = CaptureStatus::truncated;
                break;
            case ReadStatus::damaged:
                over_ = CaptureStatus::damaged;
                break;
            case ReadStatus::io_error:
                over_ = CaptureStatus::failed;
                break;
        }
        return CaptureStatus::block;
    }
    const Damage& damage() const { return source_.damage(); }
    const ByteSource& source() const { return source_; }

private:
    /// Stays in cache; small against a log, large against a message.
    static constexpr std::size_t block_bytes = std::size_t{256} << 10;

    ByteSource source_;
    std::vector<char> buffer_;
    std::optional<CaptureStatus> over_;
};

// ------------------------------------------------------------------------------------------- pcap

class TcpFile {
public:
    explicit TcpFile(PcapRecords records) : records_{std::move(records)} {}

    CaptureStatus next(FixBlock& block) {
        TcpPiece piece;
        while (!reassembly_.next(piece)) {
            if (over_) return *over_;
            PcapRecord record;
            const CaptureStatus status = records_.next(record);
            if (status == CaptureStatus::block) {
                take(record);
                continue;
            }
            over_ = status;
            reassembly_.finish();
        }
        block = {text_of(piece.data), piece.offset,         true, piece.received, piece.stream,
                 piece.lost_before,   piece.end.has_value()};
        return CaptureStatus::block;
    }
    const Damage& damage() const { return records_.damage(); }
    const ByteSource& source() const { return records_.source(); }
    const TcpTotals& tcp() const { return reassembly_.totals(); }
    const FixPacketCounts& packets() const { return counts_; }

private:
    void take(const PcapRecord& record) {
        ++counts_.packets;
        const TcpPacket packet = find_tcp(records_.link(), record.bytes);
        switch (packet.status) {
            case TcpStatus::tcp:
                break;
            case TcpStatus::not_tcp:
                ++counts_.not_tcp;
                break;
            case TcpStatus::fragment:
                ++counts_.fragments;
                break;
            case TcpStatus::cut:
                ++counts_.cut_packets;
                break;
            case TcpStatus::malformed:
                ++counts_.malformed;
                break;
        }
        if (packet.has_segment)
            reassembly_.on_segment(packet.segment, record.offset, record.received);
    }

    PcapRecords records_;
    TcpReassembly reassembly_;
    FixPacketCounts counts_;
    std::optional<CaptureStatus> over_;
};

}  // namespace

struct FixCapture::State {
    std::variant<LogFile, TcpFile> file;

    const ByteSource& source() const {
        return std::visit([](const auto& f) -> const ByteSource& { return f.source(); }, file);
    }
};

bool looks_like_fix_log(Bytes bytes) {
    const std::string_view text = text_of(bytes);
    for (std::size_t at = text.find(begin_mark); at != text.npos;
         at = text.find(begin_mark, at + 1)) {
        // `8=FIX.4.4`, then SOH, `|` or `^A`, then `9=`; or the beginning is cut off.
        const std::string_view rest = text.substr(at, 16);
        const std::size_t end = rest.find_first_of("\x01|^", begin_mark.size());
        if (end == rest.npos) continue;
        const std::string_view next = rest.substr(end + (rest[end] == '^' ? 2 : 1));
        if (next.starts_with("9=")) return true;
    }
    return false;
}

bool holds_fix_packets(const std::filesystem::path& path) {
    constexpr unsigned packets_max = 20'000;
    auto source = ByteSource::open(path);
    if (!source || !is_pcap_file(source->peek())) return false;
    auto records = PcapRecords::open(std::move(*source));
    PcapRecord record;
    for (unsigned i = 0; records && i < packets_max; ++i) {
        if (records->next(record) != CaptureStatus::block) return false;
        const TcpPacket tcp = find_tcp(records->link(), record.bytes);
        if (tcp.has_segment &&
            text_of(tcp.segment.payload).find(begin_mark) != std::string_view::npos)
            return true;
        const UdpPacket udp = find_udp(records->link(), record.bytes);
        if (udp.status == UdpStatus::udp &&
            codecs::mold::PacketView{udp.payload}.status() == codecs::mold::PacketStatus::ok)
            return false;
    }
    return false;
}

Result<FixCapture> FixCapture::open(const std::filesystem::path& path) {
    auto source = ByteSource::open(path);
    if (!source) return source.error();
    return from(std::move(*source), path.string());
}

Result<FixCapture> FixCapture::from(ByteSource source, const std::string& name) {
    const Bytes head = source.peek();
    if (head.empty()) {
        const std::string& why = source.damage().what;
        return name + ": " + (why.empty() ? "empty file" : why);
    }
    if (!is_pcap_file(head))
        return FixCapture{std::make_unique<State>(State{LogFile{std::move(source)}})};
    auto records = PcapRecords::open(std::move(source));
    if (!records) return name + ": " + records.error();
    return FixCapture{std::make_unique<State>(State{TcpFile{std::move(*records)}})};
}

FixCapture::FixCapture(std::unique_ptr<State> state) : state_{std::move(state)} {}
FixCapture::FixCapture(FixCapture&&) noexcept = default;
FixCapture& FixCapture::operator=(FixCapture&&) noexcept = default;
FixCapture::~FixCapture() = default;

CaptureStatus FixCapture::next(FixBlock& block) {
    return std::visit([&](auto& file) { return file.next(block); }, state_->file);
}

const Damage& FixCapture::damage() const {
    return std::visit([](const auto& file) -> const Damage& { return file.damage(); },
                      state_->file);
}

Compression FixCapture::compression() const {
    return state_->source().compression();
}

bool FixCapture::is_pcap() const {
    return std::holds_alternative<TcpFile>(state_->file);
}

TcpTotals FixCapture::tcp() const {
    const auto* const file = std::get_if<TcpFile>(&state_->file);
    return file != nullptr ? file->tcp() : TcpTotals{};
}

FixPacketCounts FixCapture::packets() const {
    const auto* const file = std::get_if<TcpFile>(&state_->file);
    return file != nullptr ? file->packets() : FixPacketCounts{};
}

std::uint64_t FixCapture::file_position() const {
    return state_->source().file_position();
}

std::optional<std::uint64_t> FixCapture::file_bytes() const {
    return state_->source().file_bytes();
}

}  // namespace tickweir::replay
