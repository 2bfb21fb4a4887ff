// Our dictionary of FIX 4.4 as QuickFIX reads it: what is named, kept, required and allowed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/fix/dictionary/dictionary.hpp"
#include "gateway/fix/quickfix/headers.hpp"

namespace tickweir::gateway::fix {
namespace {

const FIX::DataDictionary& dictionary() {
    static const FIX::DataDictionary read = [] {
        std::istringstream text{std::string{dictionary_xml()}};
        return FIX::DataDictionary{text};
    }();
    return read;
}

std::string named(int tag) {
    std::string name;
    return dictionary().getFieldName(tag, name) ? name : "";
}

/// A message with its length and checksum, from fields separated by |.
FIX::Message message(std::string body) {
    std::ranges::replace(body, '|', '\x01');
    std::string text =
        "8=FIX.4.4\x01"
        "9=" +
        std::to_string(body.size()) + '\x01' + body;
    unsigned sum = 0;
    for (const char c : text)
        sum += static_cast<unsigned char>(c);
    const std::string digits = std::to_string(sum % 256 + 1'000).substr(1);
    return FIX::Message{text + "10=" + digits + '\x01', dictionary(), true};
}

/// Why a message is refused; empty where it is not.
std::string refusal(const std::string& body) {
    try {
        dictionary().validate(message(body));
        return "";
    } catch (const FIX::Exception& error) {
        return error.what();
    }
}

const std::string head = "49=C|56=TICKWEIR|34=2|52=20260102-10:00:00.123456789|";

TEST(FixDictionaryTest, IsOneDocument) {
    EXPECT_TRUE(dictionary_xml().starts_with("<!--"));
    EXPECT_TRUE(dictionary_xml().ends_with("</fix>\n"));
    EXPECT_EQ(dictionary().getVersion(), "FIX.4.4");
}

TEST(FixDictionaryTest, NamesEveryMessageTypeOfTheVersion) {
    std::vector<std::string> types;
    for (const char c : std::string_view{"0123456789ABCDEFGHJKLMNPQRSTVWXYZ"
                                         "abcdefghijklmnopqrstuvwxyz"})
        types.emplace_back(1, c);
    for (char c = 'A'; c <= 'Z'; ++c)
        types.push_back(std::string{'A', c});
    for (char c = 'A'; c <= 'H'; ++c)
        types.push_back(std::string{'B', c});
    ASSERT_EQ(types.size(), 93u);
    for (const std::string& type : types) {
        EXPECT_TRUE(dictionary().isMsgType(type)) << type;
        EXPECT_TRUE(dictionary().isFieldValue(35, type)) << type;
    }
    for (const auto* const type : {"I", "O", "U", "BI", "ZZ", "U1", ""})
        EXPECT_FALSE(dictionary().isMsgType(type)) << type;
}

TEST(FixDictionaryTest, CallsFieldsWhatTheCodecDoes) {
    std::ifstream header{std::string{TICKWEIR_SOURCE} + "/codecs/fix/fields.hpp"};
    const std::string before = "inline constexpr Tag ";
    int tags = 0;
    for (std::string line; std::getline(header, line);) {
        if (!line.starts_with(before)) continue;
        std::istringstream words{line.substr(before.size())};
        std::string name;
        std::string equals;
        int tag = 0;
        words >> name >> equals >> tag;
        std::erase(name, '_');
        std::string ours = named(tag);
        std::ranges::transform(ours, ours.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        EXPECT_EQ(ours, name) << tag;
        ++tags;
    }
    EXPECT_GT(tags, 200);
}

TEST(FixDictionaryTest, KeepsTheFieldsOfWhatIsAcceptedAndSent) {
    struct Row {
        std::string type;
        std::vector<int> fields;
    };
    const std::vector<Row> rows{
        {"0", {112}},
        {"1", {112}},
        {"2", {7, 16}},
        {"3", {45, 371, 372, 373, 58, 354, 355}},
        {"4", {123, 36}},
        {"5", {58}},
        {"A", {98, 108, 95, 96, 141, 789, 383, 384, 464, 553, 554, 8013}},
        {"D",
         {11, 1, 18, 110, 111, 1138, 55, 54, 60, 38, 152, 40, 44, 99, 59, 126, 432, 453, 7928}},
        {"F", {41, 37, 11, 55, 54, 60, 38}},
        {"G", {41, 37, 11, 55, 54, 60, 38, 40, 44, 99, 59, 111, 1138, 432, 126, 7928}},
        {"H", {37, 11, 790, 55, 54}},
        {"q", {11, 530, 336, 55, 54, 60}},
        {"AF", {584, 585, 55, 1}},
        {"V", {262, 263, 264, 265, 266, 267, 146}},
        {"x", {320, 559, 55, 263}},
        {"e", {324, 55, 263}},
        {"8", {37, 17, 150, 39, 55, 54, 38, 32, 31, 151, 14, 6, 103, 378, 527, 584, 912, 7928}},
        {"9", {37, 11, 41, 39, 434, 102, 58}},
        {"r", {37, 11, 530, 531, 532, 533, 534, 55}},
        {"W", {262, 55, 268}},
        {"X", {262, 268}},
        {"Y", {262, 281, 58}},
        {"y", {320, 322, 560, 393, 893, 146}},
        {"f", {324, 55, 326, 325, 327, 58}},
        {"h", {335, 336, 340, 58}},
        {"j", {45, 372, 379, 380, 58}}};
    for (const Row& row : rows) {
        for (const int field : row.fields)
            EXPECT_TRUE(dictionary().isMsgField(row.type, field)) << row.type << ' ' << field;
        EXPECT_FALSE(dictionary().isMsgField(row.type, 25)) << row.type;
    }
}

TEST(FixDictionaryTest, RequiresWhatTheStandardRequires) {
    const auto requires_all = [](const std::string& type, const std::set<int>& fields) {
        for (int tag = 1; tag < 1'500; ++tag)
            EXPECT_EQ(dictionary().isRequiredField(type, tag), fields.contains(tag))
                << type << ' ' << tag;
    };
    requires_all("A", {98, 108});
    requires_all("D", {11, 55, 54, 60, 40});
    requires_all("F", {41, 11, 55, 54, 60});
    requires_all("G", {41, 11, 55, 54, 60, 40});
    requires_all("H", {11, 55, 54});
    requires_all("q", {11, 530, 60});
    requires_all("AF", {584, 585});
    requires_all("V", {262, 263, 264, 267, 146});
    requires_all("x", {320, 559});
    requires_all("e", {324, 55, 263});
    requires_all("8", {37, 17, 150, 39, 55, 54, 151, 14, 6});
    requires_all("j", {372, 380});
}

TEST(FixDictionaryTest, KnowsGroupsAndWhatTheyBeginWith) {
    const auto delimiter = [](const std::string& type, int count) {
        int first = 0;
        const FIX::DataDictionary* inner = nullptr;
        return dictionary().getGroup(type, count, first, inner) ? first : 0;
    };
    EXPECT_EQ(delimiter("V", 267), 269);
    EXPECT_EQ(delimiter("V", 146), 55);
    EXPECT_EQ(delimiter("W", 268), 269);
    EXPECT_EQ(delimiter("X", 268), 279);
    EXPECT_EQ(delimiter("D", 453), 448);
    EXPECT_EQ(delimiter("D", 78), 79);
    EXPECT_EQ(delimiter("y", 146), 55);
    EXPECT_EQ(delimiter("r", 534), 41);
    EXPECT_EQ(delimiter("A", 384), 372);
    EXPECT_EQ(delimiter("D", 146), 0);
}

TEST(FixDictionaryTest, AllowsTheValuesThatVenuesSend) {
    const auto all = [](int tag, const std::vector<std::string>& values) {
        for (const std::string& value : values)
            EXPECT_TRUE(dictionary().isFieldValue(tag, value)) << tag << '=' << value;
    };
    all(103, {"0", "1", "2", "3", "5", "6", "11", "13", "15", "16", "18", "99"});
    all(102, {"0", "1", "2", "3", "6", "18", "99"});
    all(378, {"1", "4", "5", "6", "7", "8", "99"});
    all(150, {"0", "4", "5", "6", "8", "C", "D", "E", "F", "G", "H", "I", "L"});
    all(39, {"0", "1", "2", "4", "6", "8", "9", "A", "C", "E"});
    all(40, {"1", "2", "3", "4", "K", "P"});
    all(59, {"0", "1", "2", "3", "4", "6", "7"});
    all(380, {"0", "1", "2", "3", "4", "5", "6", "8"});
    all(373, {"0", "5", "11", "16", "17", "99"});
    all(269, {"0", "1", "2", "4", "5", "7", "8", "B", "J"});
    all(279, {"0", "1", "2"});
    all(281, {"0", "1", "3", "4", "5", "6", "8", "D"});
    all(326, {"2", "3", "17", "18"});
    all(340, {"0", "1", "2", "3"});
    all(532, {"0", "1", "99"});
    all(560, {"0", "1", "2", "3", "5"});
    EXPECT_FALSE(dictionary().isFieldValue(54, "Z"));
    EXPECT_FALSE(dictionary().isFieldValue(40, "Z"));
    EXPECT_FALSE(dictionary().isFieldValue(59, "9"));
}

TEST(FixDictionaryTest, TakesGoodMessages) {
    EXPECT_EQ(refusal("35=A|" + head + "98=0|108=30|141=Y|8013=Y|553=u|554=p|"), "");
    EXPECT_EQ(refusal("35=D|" + head +
                      "11=1|55=ACME|54=1|60=20260102-10:00:00|38=10|40=2|44=1.50|59=3|18=6 G|"
                      "111=5|1138=5|7928=N|453=1|448=me|447=D|452=3|"),
              "");
    EXPECT_EQ(refusal("35=V|" + head +
                      "262=r|263=1|264=0|265=1|267=2|269=0|269=1|146=1|55=ACME|"
                      "207=tickweir|"),
              "");
    EXPECT_EQ(refusal("35=X|" + head +
                      "262=r|268=2|279=0|269=0|55=ACME|270=1|271=2|83=7|1023=1|"
                      "279=2|269=1|55=ACME|"),
              "");
    EXPECT_EQ(refusal("35=8|" + head +
                      "37=1|17=1.2-0|150=8|39=8|103=99|55=ACME|54=1|151=0|14=0|"
                      "6=0|58=throttled: too fast|"),
              "");
    EXPECT_EQ(refusal("35=x|" + head + "320=1|559=4|"), "");
}

TEST(FixDictionaryTest, RefusesBadOnesAndSaysWhy) {
    EXPECT_NE(refusal("35=D|" + head + "11=1|54=1|60=20260102-10:00:00|38=10|40=1|"), "");
    EXPECT_NE(refusal("35=D|" + head + "11=1|55=A|54=Z|60=20260102-10:00:00|38=10|40=1|"), "");
    EXPECT_NE(refusal("35=D|" + head + "11=1|55=A|54=1|60=yesterday|38=10|40=1|"), "");
    EXPECT_NE(refusal("35=D|" + head + "11=1|55=A|54=1|60=20260102-10:00:00|38=ten|40=1|"), "");
    EXPECT_NE(refusal("35=D|" + head + "11=1|55=A|54=1|60=20260102-10:00:00|38=1|40=1|25=x|"), "");
    EXPECT_NE(refusal("35=V|" + head + "262=r|263=1|264=0|267=1|269=0|146=2|55=A|"), "");
    EXPECT_NE(refusal("35=ZZ|" + head), "");
}

}  // namespace
}  // namespace tickweir::gateway::fix
