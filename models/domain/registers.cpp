#include "models/domain/registers.h"

#include <QDate>
#include <QRegularExpression>

#include <array>
#include <cmath>

namespace leeward {

using namespace Qt::StringLiterals;

const FieldSpec *RegisterSpec::field(QStringView wanted) const
{
    const int at = indexOf(wanted);
    return at < 0 ? nullptr : &fields[static_cast<size_t>(at)];
}

int RegisterSpec::indexOf(QStringView wanted) const
{
    for (size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name == wanted)
            return static_cast<int>(i);
    }
    return -1;
}

namespace {

using What = FieldFault::What;

std::unexpected<FieldFault> fault(What what, const FieldSpec &field, const QString &value)
{
    return std::unexpected(FieldFault{what, field.name, value.left(80)});
}

// Full-width forms to ASCII, thousands separators and blanks away.
QString plainNumber(const QString &text)
{
    QString plain;
    plain.reserve(text.size());
    for (const QChar c : text) {
        const ushort u = c.unicode();
        if (u >= 0xFF01 && u <= 0xFF5E)
            plain += QChar(u - 0xFEE0);
        else if (!c.isSpace())
            plain += c;
    }
    static const QRegularExpression grouped(u"^[+-]?\\d{1,3}(,\\d{3})+(\\.\\d+)?$"_s);
    if (grouped.match(plain).hasMatch())
        plain.remove(u',');
    return plain;
}

std::expected<QVariant, FieldFault> parseNumber(const FieldSpec &field, const QString &text)
{
    const QString plain = plainNumber(text);
    bool ok = false;
    const double real = plain.toDouble(&ok);
    if (!ok || !std::isfinite(real))
        return fault(What::NotANumber, field, text);
    if (field.type == FieldType::Real)
        return QVariant(real);
    if (std::abs(real) > 9e15 || real != std::floor(real))
        return fault(What::NotWhole, field, text);
    return QVariant(static_cast<qlonglong>(real));
}

std::expected<QVariant, FieldFault> parseBoolean(const FieldSpec &field, const QString &text)
{
    static const QStringList yes = {u"1"_s, u"是"_s, u"有"_s,   u"y"_s,  u"yes"_s, u"true"_s,
                                    u"t"_s, u"√"_s,  u"可用"_s, u"开"_s, u"on"_s};
    static const QStringList no = {u"0"_s, u"否"_s, u"无"_s,     u"n"_s,  u"no"_s, u"false"_s,
                                   u"f"_s, u"×"_s,  u"不可用"_s, u"关"_s, u"off"_s};
    const QString lower = text.toLower();
    if (yes.contains(lower))
        return QVariant(1);
    if (no.contains(lower))
        return QVariant(0);
    return fault(What::NotYesOrNo, field, text);
}

std::expected<QVariant, FieldFault> parseDate(const FieldSpec &field, const QString &text)
{
    static const QRegularExpression pattern(
        u"^(\\d{4})(?:[-/.年](\\d{1,2})[-/.月](\\d{1,2})日?|(\\d{2})(\\d{2}))(?:[ T].*)?$"_s);
    const auto match = pattern.match(plainNumber(text.section(u' ', 0, 0)));
    if (!match.hasMatch())
        return fault(What::NotADate, field, text);
    const bool dashed = !match.captured(2).isEmpty();
    const QDate date(match.captured(1).toInt(), match.captured(dashed ? 2 : 4).toInt(),
                     match.captured(dashed ? 3 : 5).toInt());
    if (!date.isValid())
        return fault(What::NotADate, field, text);
    return QVariant(date.toString(u"yyyy-MM-dd"_s));
}

const QRegularExpression &hoursPattern()
{
    static const QRegularExpression pattern(
        u"^(?:[01]\\d|2[0-3]):[0-5]\\d-(?:(?:[01]\\d|2[0-3]):[0-5]\\d|24:00)$"_s);
    return pattern;
}

std::expected<QVariant, FieldFault> parseHours(const FieldSpec &field, const QString &text)
{
    if (text == "24h"_L1 || text == u"24小时"_s || text == u"全天"_s)
        return QVariant(u"00:00-24:00"_s);
    QStringList parts;
    static const QRegularExpression separators(u"[,;，；、]"_s);
    for (QString part : text.split(separators, Qt::SkipEmptyParts)) {
        part = plainNumber(part).replace(u'~', u'-').replace(u'—', u'-').replace(u'–', u'-');
        if (part.indexOf(u':') == 1)
            part.prepend(u'0');
        if (const auto dash = part.indexOf(u'-'); dash >= 0 && part.indexOf(u':', dash) == dash + 2)
            part.insert(dash + 1, u'0');
        if (!hoursPattern().match(part).hasMatch())
            return fault(What::NotHours, field, text);
        parts += part;
    }
    if (parts.isEmpty())
        return fault(What::NotHours, field, text);
    return QVariant(parts.join(u','));
}

const Choice *findChoice(const FieldSpec &field, const QString &text)
{
    for (const Choice &choice : field.choices) {
        if (text.compare(choice.value, Qt::CaseInsensitive) == 0 || text == choice.words.zh ||
            text.compare(choice.words.en, Qt::CaseInsensitive) == 0 ||
            choice.synonyms.contains(text, Qt::CaseInsensitive)) {
            return &choice;
        }
    }
    return nullptr;
}

std::expected<QVariant, FieldFault> parseChoices(const FieldSpec &field, const QString &text)
{
    if (field.type == FieldType::Choice) {
        const Choice *choice = findChoice(field, text);
        if (!choice)
            return fault(What::UnknownChoice, field, text);
        return QVariant(choice->value);
    }
    QStringList values;
    static const QRegularExpression separators(u"[,;，；、|]"_s);
    for (const QString &part : text.split(separators, Qt::SkipEmptyParts)) {
        const Choice *choice = findChoice(field, part.trimmed());
        if (!choice)
            return fault(What::UnknownChoice, field, part.trimmed());
        if (!values.contains(choice->value))
            values += choice->value;
    }
    return QVariant(values.join(u','));
}

std::optional<FieldFault> checkBounds(const FieldSpec &field, double value)
{
    if (!std::isfinite(value))
        return FieldFault{What::NotANumber, field.name, QString::number(value)};
    if (field.least && value < *field.least)
        return FieldFault{What::TooSmall, field.name, QString::number(value)};
    if (field.most && value > *field.most)
        return FieldFault{What::TooLarge, field.name, QString::number(value)};
    return std::nullopt;
}

std::optional<FieldFault> checkText(const FieldSpec &field, const QString &text)
{
    if (text.size() > field.maxLength)
        return FieldFault{What::TooLong, field.name, text.left(80)};
    for (const QChar c : text) {
        const bool lineBreak = c == u'\n' || c == u'\t';
        if (c.category() == QChar::Other_Control &&
            !(lineBreak && field.type == FieldType::LongText))
            return FieldFault{What::ControlCharacter, field.name, text.left(80)};
    }
    return std::nullopt;
}

} // namespace

std::expected<QVariant, FieldFault> parseField(const FieldSpec &field, const QString &raw)
{
    const QString text = raw.trimmed();
    if (text.isEmpty()) {
        if (field.required)
            return fault(What::Missing, field, {});
        return QVariant();
    }
    std::expected<QVariant, FieldFault> value = QVariant(text);
    switch (field.type) {
    case FieldType::Text:
    case FieldType::LongText:
    case FieldType::Reference: break;
    case FieldType::Integer:
    case FieldType::Real: value = parseNumber(field, text); break;
    case FieldType::Boolean: value = parseBoolean(field, text); break;
    case FieldType::Date: value = parseDate(field, text); break;
    case FieldType::Hours: value = parseHours(field, text); break;
    case FieldType::Choice:
    case FieldType::ChoiceList: value = parseChoices(field, text); break;
    }
    if (value) {
        if (auto wrong = checkField(field, *value))
            return std::unexpected(*wrong);
    }
    return value;
}

std::optional<FieldFault> checkField(const FieldSpec &field, const QVariant &value)
{
    if (value.isNull() || (value.typeId() == QMetaType::QString && value.toString().isEmpty())) {
        if (field.required)
            return FieldFault{What::Missing, field.name, {}};
        return std::nullopt;
    }
    const QString text = value.toString();
    bool ok = true;
    switch (field.type) {
    case FieldType::Text:
    case FieldType::LongText:
    case FieldType::Reference: return checkText(field, text);
    case FieldType::Integer:
        (void) value.toLongLong(&ok);
        return ok ? checkBounds(field, value.toDouble())
                  : FieldFault{What::NotWhole, field.name, text};
    case FieldType::Real: {
        const double real = value.toDouble(&ok);
        return ok ? checkBounds(field, real) : FieldFault{What::NotANumber, field.name, text};
    }
    case FieldType::Boolean: {
        const qlonglong flag = value.toLongLong(&ok);
        if (!ok || (flag != 0 && flag != 1))
            return FieldFault{What::NotYesOrNo, field.name, text};
        return std::nullopt;
    }
    case FieldType::Date:
        if (text.size() != 10 || !QDate::fromString(text, u"yyyy-MM-dd"_s).isValid())
            return FieldFault{What::NotADate, field.name, text};
        return std::nullopt;
    case FieldType::Hours:
        for (const QString &part : text.split(u',')) {
            if (!hoursPattern().match(part).hasMatch())
                return FieldFault{What::NotHours, field.name, text};
        }
        return std::nullopt;
    case FieldType::Choice:
    case FieldType::ChoiceList:
        for (const QString &part :
             field.type == FieldType::Choice ? QStringList{text} : text.split(u',')) {
            const bool known = std::ranges::any_of(
                field.choices, [&](const Choice &choice) { return choice.value == part; });
            if (!known)
                return FieldFault{What::UnknownChoice, field.name, part.left(80)};
        }
        return std::nullopt;
    }
    return std::nullopt;
}

QString formatField(const FieldSpec &field, const QVariant &value, Language language)
{
    if (value.isNull())
        return {};
    switch (field.type) {
    case FieldType::Boolean:
        if (language == Language::Chinese)
            return value.toInt() ? u"是"_s : u"否"_s;
        return value.toInt() ? u"yes"_s : u"no"_s;
    case FieldType::Choice:
    case FieldType::ChoiceList: {
        QStringList words;
        for (const QString &part : value.toString().split(u',', Qt::SkipEmptyParts)) {
            const Choice *choice = findChoice(field, part);
            words += choice ? choice->words.in(language) : part;
        }
        return words.join(language == Language::Chinese ? u"、"_s : u", "_s);
    }
    case FieldType::Real: {
        const bool degrees = field.name == "lon"_L1 || field.name == "lat"_L1;
        if (degrees)
            return QString::number(value.toDouble(), 'f', 6);
        return QString::number(value.toDouble(), 'g', 10);
    }
    case FieldType::Text:
    case FieldType::LongText:
    case FieldType::Integer:
    case FieldType::Date:
    case FieldType::Hours:
    case FieldType::Reference: return value.toString();
    }
    return value.toString();
}

QString describe(const FieldFault &fault, const RegisterSpec &spec, Language language)
{
    const FieldSpec *field = spec.field(fault.field);
    const QString label = field ? field->label.in(language) : fault.field;
    const bool zh = language == Language::Chinese;
    const auto bound = [](const std::optional<double> &limit) {
        return limit ? QString::number(*limit) : QString();
    };
    const QString least = field ? bound(field->least) : QString();
    const QString most = field ? bound(field->most) : QString();
    QString text;
    switch (fault.what) {
    case What::Missing:
        text = zh ? u"“%1”没有填写"_s : u"“%1” is missing"_s;
        return text.arg(label);
    case What::NotANumber: text = zh ? u"“%1”不是数字：%2"_s : u"“%1” is not a number: %2"_s; break;
    case What::NotWhole:
        text = zh ? u"“%1”不是整数：%2"_s : u"“%1” is not a whole number: %2"_s;
        break;
    case What::TooSmall:
        text = zh ? u"“%1”小于 %3：%2"_s : u"“%1” is less than %3: %2"_s;
        return text.arg(label, fault.value, least);
    case What::TooLarge:
        text = zh ? u"“%1”大于 %3：%2"_s : u"“%1” is more than %3: %2"_s;
        return text.arg(label, fault.value, most);
    case What::TooLong: text = zh ? u"“%1”太长：%2…"_s : u"“%1” is too long: %2…"_s; break;
    case What::NotADate: text = zh ? u"“%1”不是日期：%2"_s : u"“%1” is not a date: %2"_s; break;
    case What::NotHours:
        text = zh ? u"“%1”不是时段（如 08:00-20:00）：%2"_s
                  : u"“%1” is not a span of hours like 08:00-20:00: %2"_s;
        break;
    case What::NotYesOrNo:
        text = zh ? u"“%1”应为是或否：%2"_s : u"“%1” must be yes or no: %2"_s;
        break;
    case What::UnknownChoice:
        text = zh ? u"“%1”没有这个选项：%2"_s : u"“%1” has no such choice: %2"_s;
        break;
    case What::NoSuchRow:
        text = zh ? u"“%1”指向的记录不存在：%2"_s : u"“%1” names a record that is not there: %2"_s;
        break;
    case What::ControlCharacter:
        text = zh ? u"“%1”含有控制字符：%2"_s : u"“%1” contains control characters: %2"_s;
        break;
    }
    return text.arg(label, fault.value);
}

std::span<const RegisterSpec *const> allRegisters()
{
    static const std::array<const RegisterSpec *, 6> all = {
        &stationRegister(),      &teamRegister(),  &shelterRegister(),
        &landingPointRegister(), &depotRegister(), &stockRegister()};
    return all;
}

const RegisterSpec *findRegister(QStringView key)
{
    for (const RegisterSpec *spec : allRegisters()) {
        if (spec->key == key)
            return spec;
    }
    return nullptr;
}

namespace fields {

FieldSpec code()
{
    return {.name = u"code"_s,
            .label = {u"编号"_s, u"Code"_s},
            .headers = {u"编码"_s, u"代码"_s, u"id"_s},
            .required = true,
            .inList = true,
            .searchable = true,
            .maxLength = 40};
}

FieldSpec name()
{
    return {.name = u"name"_s,
            .label = {u"名称"_s, u"Name"_s},
            .headers = {u"名字"_s, u"单位名称"_s, u"title"_s},
            .required = true,
            .inList = true,
            .searchable = true,
            .maxLength = 120};
}

FieldSpec longitude()
{
    return {.name = u"lon"_s,
            .type = FieldType::Real,
            .label = {u"经度"_s, u"Longitude"_s},
            .headers = {u"东经"_s, u"lng"_s, u"x"_s, u"经度(°)"_s},
            .unit = u"°"_s,
            .least = -180,
            .most = 180};
}

FieldSpec latitude()
{
    return {.name = u"lat"_s,
            .type = FieldType::Real,
            .label = {u"纬度"_s, u"Latitude"_s},
            .headers = {u"北纬"_s, u"y"_s, u"纬度(°)"_s},
            .unit = u"°"_s,
            .least = -90,
            .most = 90};
}

FieldSpec divisionCode()
{
    return {.name = u"division_code"_s,
            .label = {u"区划代码"_s, u"Division code"_s},
            .headers = {u"行政区划"_s, u"行政区划代码"_s, u"division"_s, u"adcode"_s},
            .searchable = true,
            .maxLength = 12};
}

FieldSpec address()
{
    return {.name = u"address"_s,
            .label = {u"地址"_s, u"Address"_s},
            .headers = {u"位置"_s, u"所在地"_s, u"详细地址"_s},
            .searchable = true,
            .maxLength = 200};
}

FieldSpec phone(QString name, Words label, QStringList headers)
{
    return {.name = std::move(name),
            .label = std::move(label),
            .headers = std::move(headers),
            .searchable = true,
            .maxLength = 60};
}

FieldSpec level()
{
    return {.name = u"level"_s,
            .type = FieldType::Choice,
            .label = {u"级别"_s, u"Level"_s},
            .headers = {u"层级"_s, u"等级"_s},
            .choices =
                {{u"national"_s, {u"国家"_s, u"national"_s}, {u"国家级"_s}},
                 {u"province"_s, {u"省级"_s, u"province"_s}, {u"省"_s}},
                 {u"city"_s, {u"市级"_s, u"city"_s}, {u"市"_s}},
                 {u"county"_s,
                  {u"区县级"_s, u"county"_s},
                  {u"区"_s, u"县"_s, u"区县"_s, u"县级"_s, u"区级"_s}},
                 {u"town"_s, {u"镇街级"_s, u"town"_s}, {u"镇街"_s, u"乡镇"_s, u"镇"_s, u"街道"_s}},
                 {u"village"_s, {u"村社区级"_s, u"village"_s}, {u"村社区"_s, u"村"_s, u"社区"_s}}},
            .inList = true};
}

FieldSpec note()
{
    return {.name = u"note"_s,
            .type = FieldType::LongText,
            .label = {u"备注"_s, u"Note"_s},
            .headers = {u"说明"_s, u"remark"_s, u"remarks"_s, u"comment"_s},
            .maxLength = 4000};
}

} // namespace fields
} // namespace leeward
